"""What is built from a clean clone, alone in an environment of the locked versions, serves."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.parts.checkout import clean_clone
from tests.parts.ispyb import Database
from tests.parts.serving import ask, check_graphiql, get, serving

pytestmark = pytest.mark.usefixtures("server")  # it builds with npm, and serves

PACKAGES = {"beamgraph", "graph", "migrators", "ontologies"}
VENDOR = "graph/web/static/vendor"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clean_clone(tmp_path_factory.mktemp("clone") / "beamgraph")


def build_wheel(source: Path, folder: Path, **environment: str) -> Path:
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*words, "-w", str(folder), str(source)],
        env={**os.environ, **environment}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    (found,) = folder.glob("beamgraph-*.whl")
    return found


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


@pytest.fixture(scope="module")
def sdist(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(words, cwd=clone, check=True, capture_output=True)
    (found,) = folder.glob("beamgraph-*.tar.gz")
    return found


@pytest.fixture(scope="module")
def wheel(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(clone, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment with the locked versions and the wheel."""
    folder = tmp_path_factory.mktemp("installed") / "env"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip"]
    lock = ["--require-hashes", "-r", str(ROOT / "locks" / "run.txt")]
    subprocess.run([*pip, "install", "-q", *lock], check=True)
    subprocess.run([*pip, "install", "-q", "--no-deps", str(wheel)], check=True)
    subprocess.run([*pip, "check"], check=True)
    return folder / "bin"


def no_npm(folder: Path) -> str:
    """A PATH on which there is git and no npm."""
    folder.mkdir()
    for tool in ("git", "sh", "env"):
        found = subprocess.run(["which", tool], capture_output=True, text=True, check=True)
        (folder / tool).symlink_to(found.stdout.strip())
    return str(folder)


def test_a_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    found = names(wheel)
    tops = {name.split("/")[0] for name in found}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert "graph/model/labels.tsv" in found
    assert "migrators/ispyb/nodes.tsv" in found
    assert [name for name in found if "__pycache__" in name or "/." in name] == []


def test_a_wheel_holds_every_file_of_graphiql(wheel: Path, sdist: Path) -> None:
    table = (ROOT / "graph" / "web" / "vendor.tsv").read_text(encoding="utf-8").splitlines()
    vendor = {f"{VENDOR}/{line.split(chr(9))[0]}" for line in table[1:]}
    assert {name for name in names(wheel) if name.startswith(VENDOR)} == vendor
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert vendor <= packed
    assert {"hatch_build.py", "locks/run.txt", "tools/web.py", "web/package-lock.json"} <= packed


def test_a_source_distribution_makes_the_same_wheel_without_npm_or_network(
    wheel: Path, sdist: Path, tmp_path: Path
) -> None:
    path = no_npm(tmp_path / "path")
    again = build_wheel(sdist, tmp_path / "wheel", PATH=path, PIP_NO_INDEX="1")
    assert names(again) == names(wheel)


def test_a_build_that_cannot_have_graphiql_is_refused_in_one_line(tmp_path: Path) -> None:
    clone = clean_clone(tmp_path / "beamgraph")
    offline = {"PATH": no_npm(tmp_path / "path"), "npm_config_offline": "true",
               "npm_config_cache": str(tmp_path / "cache"), "PIP_NO_INDEX": "1"}  # fmt: skip
    with pytest.raises(subprocess.CalledProcessError) as caught:
        build_wheel(clone, tmp_path / "wheel", **offline)
    said = [line.strip() for line in caught.value.stderr.splitlines()]
    assert len([line for line in said if "run `make setup`" in line]) == 1
    assert [line for line in said if line.startswith(("Traceback", "File "))] == []
    assert list(tmp_path.glob("wheel/*")) == []


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BEAMGRAPH_DATA_DIR": str(folder / "data"),
    }


def test_it_migrates_and_serves(
    installed: Path, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    beamgraph = str(installed / "beamgraph")
    how: dict[str, Any] = {"env": environment(tmp_path), "cwd": tmp_path}
    migrate = [beamgraph, "migrate", "ispyb", chain_files["dls"].url]
    told = subprocess.run(migrate, **how, check=True, capture_output=True, text=True).stdout
    assert " 49 " in told
    try:
        with serving({"args": [beamgraph, "serve", "--port", "0"], **how}) as url:
            assert ask(url, "{ samples { totalCount } }") == {"samples": {"totalCount": 1}}
            check_graphiql(url)
            (vendor,) = installed.parent.glob(f"lib/*/site-packages/{VENDOR}")
            vendor.rename(vendor.with_name("elsewhere"))
            status, page = get(url)
            vendor.with_name("elsewhere").rename(vendor)
            assert status == 503
            assert "GraphiQL is not installed" in page
            assert "make setup" in page
    finally:
        subprocess.run([beamgraph, "engine", "stop"], **how, check=True, capture_output=True)
