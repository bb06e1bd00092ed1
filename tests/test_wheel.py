"""The wheel, alone in an empty environment, migrates and serves."""

import json
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.parts.ispyb import Database

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"beamgraph", "graph", "migrators", "ontologies"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(words, check=True)
    (found,) = folder.glob("beamgraph-*.whl")
    return found


def test_it_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert "graph/web/static/vendor/graphiql.min.js" in names
    assert "graph/model/labels.tsv" in names
    assert "migrators/ispyb/nodes.tsv" in names


def test_it_migrates_and_serves(
    wheel: Path, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True)
    beamgraph = str(tmp_path / "env" / "bin" / "beamgraph")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "BEAMGRAPH_DATA_DIR": str(tmp_path / "data"),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [beamgraph, *words], env=environment, cwd=tmp_path, check=True,
            capture_output=True, text=True,
        )  # fmt: skip

    told = json.loads(run("migrate", "ispyb", chain_files["dls"].url, "--json").stdout)
    assert told["totals"]["mapped"] == 49
    server = subprocess.Popen(
        [beamgraph, "serve", "--port", "0"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://[^;\s]+", server.stdout.readline())
        assert found is not None
        body = json.dumps({"query": "{ samples { totalCount } }"}).encode()
        asked = urllib.request.Request(found[0], body, {"content-type": "application/json"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer)["data"] == {"samples": {"totalCount": 1}}
    finally:
        server.terminate()
        ended = server.wait(20)
        server.stdout.close()
        run("engine", "stop")
    assert ended == 0
