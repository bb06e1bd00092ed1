"""Measure what the graph weighs: bytes in the store for a source row, and what holds them."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.graphs import prepared
from benchmarks.loads import SCALES
from benchmarks.rows import Row
from graph.model import default_model
from migrators.report.proof import snapshots

HOLDERS = {
    "embedded": (
        (r"SourceRecord_\d+\.\d.*bucket", "source records"),
        (rf"({'|'.join(default_model().labels)})_\d+\.\d.*bucket", "entities"),
        (r".*_(in|out)_edges\..*bucket", "lists of edges"),
        (r".*bucket", "edges"),
        (r".*idx", "indexes"),
        (r".*wal", "log"),
    ),
    "neo4j": (
        (r".*propertystore.*", "properties"),
        (r".*nodestore.*", "nodes"),
        (r".*relationship.*", "edges"),
        (r".*/schema/index/.*", "indexes"),
        (r".*/transactions/.*", "log"),
    ),
}
"""What the files of a store hold, by name; the first that fits counts."""

STORES = {"embedded": "engine/databases", "neo4j": "server/server/data"}


def measure(engine: str, scale: float | None) -> Iterator[Row]:
    """One row a scale; `parts` has the bytes a row of each holder, the largest first."""
    for size in (scale,) if scale else SCALES:
        yield _measured(engine, size)


def _measured(engine: str, scale: float) -> Row:
    with prepared(engine, scale) as (_, home):
        rows = sum(snapshot.rows for snapshot in snapshots(home))
    held = weigh(home / STORES[engine], engine)
    parts = {name: size / rows for name, size in held.most_common()}
    return Row("graph-bytes", engine, sum(parts.values()), "B", None, scale=scale, parts=parts)


def weigh(store: Path, engine: str) -> Counter[str]:
    """Bytes on the disk by what holds them: sparse files weigh what they occupy."""
    found: Counter[str] = Counter()
    for path in store.rglob("*"):
        if path.is_file():
            name = path.name if engine == "embedded" else str(path)
            holder = (what for rule, what in HOLDERS[engine] if re.fullmatch(rule, name))
            found[next(holder, "the rest")] += path.stat().st_blocks * 512
    return found
