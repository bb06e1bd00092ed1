"""Measure the first load of a Neo4j that beamgraph runs: files, import, start and indexes.

Its peer is `neo4j-admin` itself: importer, start and the same indexes on the same files, as
somebody would run it who had them.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.graphs import HOME, ROOT, say, served
from benchmarks.loads import SCALES, wanted_of
from benchmarks.rows import Row
from graph.engine import Graph, create_constraints, neo4j_server
from graph.engine.bulk import admin_words, importer_of
from graph.model import default_model
from migrators.load.files import write_import_files
from migrators.loading import import_all

RUNS = 3
LONG = 0.05
"""From this scale on a load takes minutes and is done once."""


def measure(engine: str, scale: float | None) -> Iterator[Row]:
    """One row a scale: the first load of an empty engine."""
    for size in (scale,) if scale else SCALES:
        yield _measured(engine, size)


def _measured(engine: str, scale: float) -> Row:
    wanted = wanted_of(scale)
    home = HOME / f"bulk-{engine}"
    files = write_import_files(wanted, HOME / "bulk-files", "csv", "run-bench", {})
    size = files.nodes + files.edges
    rates: dict[str, list[float]] = {"ours": [], "neo4j-admin": []}
    for _ in range(RUNS if scale < LONG else 1):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        with served(engine, home) as target, Graph(target) as graph:
            begin = time.perf_counter()
            importer = importer_of(graph, home)
            assert importer is not None
            import_all(graph, importer, home, default_model(), wanted, "run-bench")
            rates["ours"].append(size / (time.perf_counter() - begin))
        if engine == "neo4j":
            rates["neo4j-admin"].append(size / _admin(home, files.folder))
        told = ", ".join(f"{k} {v[-1]:,.0f}/s" for k, v in rates.items() if v)
        say(f"load-bulk on {engine}: {told}")
    value = median(rates["ours"])
    peers = {name: median(told) for name, told in rates.items() if told and name != "ours"}
    ratio = value / peers["neo4j-admin"] if peers else None
    return Row("load-bulk", engine, value, "/s", None, peers, ratio, scale)


def _admin(home: Path, files: Path) -> float:
    """Importer, start, indexes."""
    library = ROOT / ".parts" / "neo4j" / "lib"
    place = home / "peer"
    with neo4j_server.running(library, place):
        pass  # a server that has its password, and is empty
    begin = time.perf_counter()
    neo4j_server.admin(library, place, admin_words(files))
    with neo4j_server.running(library, place) as target, Graph(target) as graph:
        create_constraints(graph, default_model())
        seconds = time.perf_counter() - begin
    shutil.rmtree(place)
    return seconds
