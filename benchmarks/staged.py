"""A database to a snapshot, in a process of its own: `python -m benchmarks.staged URL DIR`.

Prints JSON: seconds, rows, and the megabytes that were needed at most.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.peer.peak import megabytes
from migrators.staging import open_source, parse_address, stage
from migrators.staging.snapshot import Facts


def main(url: str, folder: Path) -> None:
    """Stage what is behind an address."""
    source = open_source(parse_address(url))
    begin = time.perf_counter()
    snapshot = stage(source, folder, Facts("b", "ispyb", "dls", "b", None), lambda *_: None)
    snapshot.save()
    told = {
        "seconds": time.perf_counter() - begin,
        "rows": sum(table.rows for table in snapshot.tables.values()),
        "megabytes": megabytes(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
