"""Measure the mapping: staged rows to import files, in nodes and in edges a second.

BioCypher maps the same staged rows with the plainest adapter (`benchmarks/adapter.py`). As
`resolved` it is shown beside it how fast BioCypher writes our nodes and edges, when it gets them
joined, converted and resolved; nodestream maps such rows of one label and of one kind of edge into
nothing. Each is a process of its own, so that the megabytes are its own.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.adapter import plan
from benchmarks.contenders import PEER
from benchmarks.graphs import HOME, databases, environment, migrate_both, say, told_by
from benchmarks.rows import Row
from migrators.identity import Wanted
from migrators.load.files import write_import_files

SCALES = (0.1, 1.0)
RUNS = 3
BIOCYPHER = ("biocypher==0.17.0", "pyarrow>=18")
NODESTREAM = ("nodestream==0.16.2", "pyarrow>=18")
CONTENDERS = ("ours", "biocypher", "resolved", "nodestream")
"""Of a large scale only ours is measured: the rows of scale 1 would take BioCypher some 80 GB."""

SHOWN = ("Dataset", "Dataset", "OF_SAMPLE", "Sample")
"""The label whose nodes nodestream maps, and the kind of edge."""


def measure(scale: float | None) -> Iterator[Row]:
    """Two rows a scale; a large one is measured once, a small one in turns."""
    for size in (scale,) if scale else SCALES:
        yield from _measured(size, RUNS if size <= SCALES[0] else 1)


def _measured(scale: float, runs: int) -> Iterator[Row]:
    home = staged(scale)
    names = CONTENDERS if scale <= SCALES[0] else CONTENDERS[:1]
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    files = _for_peers(home) if len(names) > 1 else home
    for _ in range(runs):
        for name in names:
            told[name].append(_run(name, home, files))
            say(f"map at {scale}: {name} {told[name][-1]}")
    memory = {
        name: median(run["megabytes"] for run in found)
        for name, found in told.items()
        if "megabytes" in found[0]
    }
    for kind in ("nodes", "edges"):
        rates = {name: median(run[kind] for run in found) for name, found in told.items()}
        value = rates.pop("ours")
        ratio = value / rates["biocypher"] if rates else None
        yield Row(f"map-{kind}", None, value, "/s", None, rates, ratio, scale, megabytes=memory)


def _run(name: str, home: Path, files: Path) -> dict[str, Any]:
    """Nodes and edges a second of a contender, and its megabytes."""
    if name == "ours":
        return told_by(sys.executable, "-m", "benchmarks.mapped", str(home))
    if name == "biocypher":
        tables = home / "plan.json"
        tables.write_text(json.dumps(plan(home)))
        script = PEER / "biocypher_adapter.py"
        return told_by(environment(*BIOCYPHER), script, tables, home / "biocypher")
    if name == "resolved":
        script = PEER / "biocypher_write.py"
        return told_by(environment(*BIOCYPHER), script, files, home / "biocypher")
    return told_by(environment(*NODESTREAM), PEER / "nodestream_map.py", files, *SHOWN)


def staged(scale: float) -> Path:
    """A data directory with both databases staged and mapped once."""
    home = HOME / f"staged-{scale}"
    if not (home / "ready").exists():
        migrate_both(databases(scale), home, None)
        (home / "ready").touch()
    return home


def _for_peers(home: Path) -> Path:
    """What the peers read: the same nodes and edges, in Parquet."""
    files = home / "peers"
    write_import_files(Wanted.load(home / "wanted"), files, "parquet", "run-bench", {})
    return files
