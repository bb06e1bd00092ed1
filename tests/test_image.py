"""The Dockerfile's steps, run from a clean clone, make an image that serves."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing
from tests.parts.checkout import clean_clone
from tests.parts.image import Stage, built, context, instructions, possible
from tests.parts.ispyb import Database
from tests.parts.serving import ask, check_graphiql, serving

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

STRAY = (
    ".env", "graph/.env", ".git/stray", ".venv/bin/python", ".parts/neo4j/a.jar",
    ".demo/data/decisions.jsonl", "web/node_modules/graphiql/graphiql.min.js",
    "graph/web/static/vendor/graphiql.min.js", "graph/__pycache__/a.pyc", "tests/conftest.py",
    "lumen/icat.sqlite", "dump.yaml",
)  # fmt: skip
"""What lies in a folder that people work in, and is no business of an image."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone, in which somebody has worked."""
    clone = clean_clone(tmp_path_factory.mktemp("context") / "beamgraph")
    for name in STRAY:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("a password, or a gigabyte", encoding="utf-8")
    return clone


def test_nothing_enters_a_build_but_what_its_steps_read(source: Path) -> None:
    found = set(context(source))
    assert found & set(STRAY) == set()
    assert {"pyproject.toml", "hatch_build.py", "locks/run.txt", "web/.npmrc"} <= found
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=source, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    rooms = ("beamgraph/", "graph/", "migrators/", "ontologies/")
    assert {name for name in tracked if name.startswith(rooms)} <= found


def test_every_package_of_the_image_is_locked() -> None:
    steps = [rest for name, _, rest in instructions(DOCKERFILE) if name == "RUN"]
    words = [word.split() for step in steps for word in step.split("&&")]
    installs = [line for line in words if line[:2] in (["pip", "install"], ["pip", "wheel"])]
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line, line
    assert [line for line in words if line[0] == "npm"] == [["npm", "ci", "--ignore-scripts"]]


@pytest.fixture(scope="module")
def image(server: None, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not possible():
        missing("right to lay one file system over another (root on Linux)")
    with built(DOCKERFILE, source, tmp_path_factory.mktemp("image")) as stage:
        yield stage


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_the_image_migrates_and_serves_as_no_root(
    image: Stage, chain_files: dict[str, Database], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert image.user == "beamgraph"
    assert image.run(["id", "-un"]).strip() == "beamgraph"
    assert image.run(["stat", "-c", "%U %a", "/data"]).split() == ["beamgraph", "700"]
    image.env["BEAMGRAPH_PORT"] = str(free_port())
    file = image.path("/lumen/ispyb.sqlite")
    file.parent.mkdir()
    shutil.copy(chain_files["dls"].url.removeprefix("sqlite:///"), file)
    entry = image.words["ENTRYPOINT"]
    try:
        with serving(image.command([*entry, *image.words["CMD"]])) as url:
            assert url.startswith(f"http://127.0.0.1:{image.env['BEAMGRAPH_PORT']}/")
            told = image.run([*entry, "migrate", "ispyb", "sqlite:////lumen/ispyb.sqlite"])
            assert " 49 " in told
            assert ask(url, "{ samples { totalCount } }") == {"samples": {"totalCount": 1}}
            check_graphiql(url)
            image.run(image.words["HEALTHCHECK"])
        with pytest.raises(AssertionError, match="Connection refused"):
            image.run(image.words["HEALTHCHECK"])
    finally:
        image.run([*entry, "engine", "stop"])
