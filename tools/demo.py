"""The demo: the real chain migrated into the embedded engine, three questions, a server.

Issue by issue it grows; for now one laboratory's real data collection is all there is.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOME = ROOT / ".demo"
QUESTIONS = (
    (
        "A portal: the sample with its raw datasets, and what processing made of them.",
        '{ samples(where: {name: {eq: "tlys_jan_4"}}) { nodes { name datasets { nodes { name '
        "numberOfImages wavelength usedBy(first: 3) { totalCount "
        "nodes { software outcome } } } } } } }",
    ),
    (
        "An analyst: which raw datasets were never processed? (None: all of this one's were.)",
        '{ datasets(where: {kind: {eq: "raw"}, usedBy: {none: {}}}) '
        "{ totalCount nodes { name } } }",
    ),
    (
        "An engineer: what became of row 596421 of the old table AutoProc, and why?",
        '{ source(system: "ispyb", table: "AutoProc", key: "596421") { folded entities { id name } '
        "record { hash row } } }",
    ),
)


def main() -> int:
    """Run the demo; `--no-serve` ends after the answers."""
    from tests.parts.ispyb import sqlite_chain

    HOME.mkdir(exist_ok=True)
    source = HOME / "dls.sqlite"
    source.unlink(missing_ok=True)
    sqlite_chain("dls", HOME)
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(HOME / "data")}
    environment.pop("BEAMGRAPH_GRAPH_URL", None)
    beamgraph = [sys.executable, "-m", "beamgraph"]
    words = ["migrate", "ispyb", f"sqlite:///{source}", "--timezone", "Europe/London"]
    subprocess.run([*beamgraph, *words], env=environment, check=True)
    for said, document in QUESTIONS:
        sys.stdout.write(f"\n# {said}\n{document}\n")
        sys.stdout.flush()
        done = subprocess.run(
            [*beamgraph, "query", document], env=environment, check=True, capture_output=True
        )
        answer = json.loads(done.stdout)
        sys.stdout.write(json.dumps({"data": answer["data"]}) + "\n")
    sys.stdout.flush()
    if "--no-serve" not in sys.argv:
        return subprocess.run([*beamgraph, "serve"], env=environment, check=False).returncode
    subprocess.run([*beamgraph, "engine", "stop"], env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
