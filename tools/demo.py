"""The demo: a simulated light source, both its databases migrated, three questions, a server."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".demo"
SCALE = "0.001"
QUESTIONS = (
    (
        "portal.graphql",
        "A portal asks for a sample page. One request, both databases: what was measured (one "
        "dataset where ISPyB and ICAT both have it), the results with their resolution, the "
        "structure, the papers.",
    ),
    (
        "analyst.graphql",
        "An analyst asks which open raw data of beamline ID19 nobody ever used: released, never "
        "processed, in no data publication; beside it how many there are, and how many are cited.",
    ),
    (
        "engineer.graphql",
        "An engineer asks which full collections are in both databases, which rows they are there, "
        "by which rule they are one and how sure that is; beside it, what only one of them knows "
        "(wedges of characterisations; tomography).",
    ),
)


def commands(home: Path) -> tuple[tuple[str, ...], ...]:
    """What makes the demo's graph; the words of README and docs are held against that graph."""
    lumen = home / "lumen"
    return (
        ("simulate", "--out", str(lumen), "--scale", SCALE),
        ("migrate", "ispyb", f"sqlite:///{lumen / 'ispyb-esrf.sqlite'}"),
        ("migrate", "icat", f"sqlite:///{lumen / 'icat.sqlite'}"),
    )


def beamgraph(*words: str, show: bool = True) -> str:
    """Run a command of the command line as a newcomer would."""
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(HOME / "data")}
    environment.pop("BEAMGRAPH_GRAPH_URL", None)
    if show:
        sys.stdout.write(f"$ beamgraph {' '.join(words)}\n")
        sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, "-m", "beamgraph", *words],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    return done.stdout


def ask(name: str, said: str) -> None:
    """Print a question, its document, and the server's answer on a line of its own."""
    document = (ROOT / "tools" / "questions" / name).read_text(encoding="utf-8").strip()
    answer = json.loads(beamgraph("query", document, show=False))
    sys.stdout.write(f"\n# {said}\n{document}\n")
    sys.stdout.write(json.dumps({"data": answer["data"]}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the demo; `--no-serve` ends after the answers."""
    begin = time.monotonic()
    if HOME.exists():
        beamgraph("engine", "stop", show=False)
        shutil.rmtree(HOME)
    HOME.mkdir()
    simulate, *migrations = commands(HOME)
    sys.stdout.write(beamgraph(*simulate))
    for migrate in migrations:
        lines = beamgraph(*migrate).splitlines()
        rows = [line for line in lines if line.startswith(("table ", "all  "))][:2]
        sys.stdout.write("\n".join([*rows, lines[-1]]) + "\n")
        sys.stdout.flush()
    for name, said in QUESTIONS:
        ask(name, said)
    sys.stdout.write(f"\nThree answers after {time.monotonic() - begin:.0f} s.\n")
    sys.stdout.flush()
    if "--no-serve" in sys.argv:
        beamgraph("engine", "stop", show=False)
        return 0
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(HOME / "data")}
    words = [sys.executable, "-m", "beamgraph", "serve"]
    return subprocess.run(words, env=environment, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
