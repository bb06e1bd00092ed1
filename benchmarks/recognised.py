"""From keys to things, in a process of its own: `python -m benchmarks.recognised HOME`.

Prints JSON: the records that were compared, the pairs of datasets that were found, seconds, and the
megabytes that were needed at most. What is staged is mapped before, where it is not yet.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peer.peak import megabytes
from graph.model import default_model
from migrators.identity.known import TOLD
from migrators.identity.recognised import recognise
from migrators.origins import origins_of


def main(home: Path) -> None:
    """Recognise what is staged in a data directory."""
    origins = origins_of(home, None, default_model())
    with tempfile.TemporaryDirectory(dir=home) as room:
        begin = time.perf_counter()
        db = recognise(origins, (), Path(room))
        seconds = time.perf_counter() - begin
        count = " + ".join(f"(SELECT count(*) FROM known_{label})" for label in TOLD)
        ((records,),) = db.raw_sql(f"SELECT {count}").fetchall()
        pairs = (
            "SELECT (SELECT count(*) FROM merges WHERE label = 'Dataset') "
            "+ (SELECT count(*) FROM parts)"
        )
        ((found,),) = db.raw_sql(pairs).fetchall()
        db.disconnect()
    told = {
        "records": records,
        "pairs": found,
        "seconds": seconds,
        "megabytes": megabytes(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
