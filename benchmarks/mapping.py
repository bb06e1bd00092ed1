"""Measure the mapping: staged rows to import files, in nodes and in edges a second.

BioCypher writes the same nodes and edges, and gets them joined and resolved; nodestream maps rows
of one label and of one kind of edge into nothing. Ours starts from the rows as they were staged.
Each is a process of its own, so that the megabytes are its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import PEER
from benchmarks.graphs import HOME, ROOT, databases, environment, migrate_both, say
from benchmarks.rows import Row
from migrators.identity import Wanted
from migrators.load.files import write_import_files

SCALES = (0.1, 1.0)
RUNS = 3
BIOCYPHER = ("biocypher==0.17.0", "pyarrow>=18")
NODESTREAM = ("nodestream==0.16.2", "pyarrow>=18")
SHOWN = ("Dataset", "Dataset", "OF_SAMPLE", "Sample")
"""The label whose nodes nodestream maps, and the kind of edge."""


def measure(scale: float | None) -> Iterator[Row]:
    """Two rows a scale; a large one is measured once, a small one in turns."""
    for size in (scale,) if scale else SCALES:
        yield from _measured(size, RUNS if size <= SCALES[0] else 1)


def _measured(scale: float, runs: int) -> Iterator[Row]:
    home = _staged(scale)
    told: dict[str, list[dict[str, Any]]] = {"ours": [], "biocypher": [], "nodestream": []}
    for _ in range(runs):
        told["ours"].append(_json(sys.executable, "-m", "benchmarks.mapped", str(home)))
        files = _for_peers(home)
        script, out = PEER / "biocypher_write.py", home / "biocypher"
        told["biocypher"].append(_json(environment(*BIOCYPHER), script, files, out))
        script = PEER / "nodestream_map.py"
        told["nodestream"].append(_json(environment(*NODESTREAM), script, files, *SHOWN))
        say(f"map at {scale}: " + ", ".join(f"{who} {last[-1]}" for who, last in told.items()))
    counts = {kind: told["ours"][0][kind] for kind in ("nodes", "edges")}
    for kind, seconds in (("nodes", "node_seconds"), ("edges", "edge_seconds")):
        value = counts[kind] / median(run[seconds] for run in told["ours"])
        peers = {
            "biocypher": counts[kind] / median(run[kind] for run in told["biocypher"]),
            "nodestream": median(run[kind] for run in told["nodestream"]),
        }
        memory = {
            who: median(run["megabytes"] for run in told[who]) for who in ("ours", "biocypher")
        }
        ratio = value / peers["biocypher"]
        yield Row(f"map-{kind}", None, value, "/s", None, peers, ratio, scale, megabytes=memory)


def _staged(scale: float) -> Path:
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


def _json(*words: str | Path) -> dict[str, Any]:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
