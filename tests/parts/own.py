"""A server that beamgraph runs, which imports: the embedded one, or a Neo4j that it watches."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.engine import Target, embedded
from graph.engine.bulk import SUPERVISED
from tests.conftest import ROOT


@contextmanager
def embedded_server(data: Path) -> Iterator[Target]:
    """The embedded server of a data directory."""
    yield embedded.start(data).target()
    embedded.stop(data)


@contextmanager
def watched_neo4j(data: Path, home: Path) -> Iterator[Target]:
    """A Neo4j as `beamgraph engine neo4j` runs it, in a home that may have been used before."""
    home.mkdir(exist_ok=True)
    if not (home / "lib").exists():
        (home / "lib").symlink_to(ROOT / ".parts" / "neo4j" / "lib")
    words = [sys.executable, "-m", "beamgraph", "engine", "neo4j", "--json", "--port", "0"]
    process = subprocess.Popen(
        [*words, "--home", str(home), "--data-dir", str(data)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = ""
    while not lines.rstrip().endswith("}"):
        lines += process.stdout.readline()
    told = json.loads(lines)
    try:
        yield Target(told["url"], told["user"], told["password"])
    finally:
        process.terminate()
        process.wait(90)
        process.stdout.close()


def watcher(data: Path) -> int:
    """The process that watches a Neo4j."""
    return int(json.loads((data / SUPERVISED).read_text(encoding="utf-8"))["pid"])
