"""Staged rows to written import files, in a process of its own: `python -m benchmarks.mapped HOME`.

Prints JSON: nodes and edges a second, and the megabytes that were needed at most.
Seconds that both need (keys, pairs of records, parameters as columns) are counted with the nodes.
"""

import json
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.peer.peak import megabytes
from graph.model import default_model
from migrators.identity import resolve
from migrators.load.files import write_import_files
from migrators.origins import origins_of

EDGES = ("edges", "danglers", "Technique")
"""Tables of edges; Technique gives both, its nodes are few."""


class Clock:
    """What the seconds went into, by what is made."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._name, self._begin = "start", time.perf_counter()

    def __call__(self, name: str) -> None:
        """From now on `name` is made."""
        now = time.perf_counter()
        self.seconds[self._name] += now - self._begin
        self._name, self._begin = name, now

    def of(self, *, edges: bool) -> float:
        """The seconds of edges, or of all else."""
        return sum(told for name, told in self.seconds.items() if name.startswith(EDGES) == edges)


def main(home: Path) -> None:
    """Map what is staged in a data directory, from nothing."""
    for old in (*home.glob("sources/*/mapped"), home / "wanted", home / "files"):
        shutil.rmtree(old, ignore_errors=True)
    clock, model = Clock(), default_model()
    origins = origins_of(home, None, model, clock)
    wanted = resolve(origins, home / "wanted", model, clock)
    files = write_import_files(wanted, home / "files", "csv", "run-bench", {}, clock)
    clock("end")
    peak = megabytes()
    told = {
        "nodes": files.nodes / clock.of(edges=False),
        "edges": files.edges / clock.of(edges=True),
        "written": {"nodes": files.nodes, "edges": files.edges},
        "seconds": sum(clock.seconds.values()),
        "megabytes": peak,
        "most": dict(clock.seconds.most_common(12)),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
