"""The graph that is measured: the simulator's databases through the mapping, kept between runs."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph, Target, embedded, neo4j_server
from graph.model import default_model
from migrators.run import Order, migrate

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".bench"
ENGINES = ("embedded", "neo4j")
SOURCES = {"ispyb": "ispyb-esrf.sqlite", "icat": "icat.sqlite"}


def say(text: str) -> None:
    """Progress, beside the results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def databases(scale: float, noise: int = 0) -> Path:
    """The simulator's files at a scale and noise level."""
    name = f"lumen-{scale}-noise-{noise}" if noise else f"lumen-{scale}"
    folder = HOME / name
    if not (folder / "truth.json").exists():
        say(f"simulating at scale {scale}, noise {noise}")
        draft = HOME / f"{name}.draft"
        simulate(Wish(draft, seed=1, scale=scale, noise=noise))
        draft.rename(folder)
    return folder


def environment(*packages: str) -> Path:
    """The Python of an environment of its own with these packages, made once."""
    folder = HOME / "venvs" / re.split(r"[=>]", packages[0])[0]
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists():
        say(f"installing {packages[0]}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
        done.touch()
    return python


def told_by(*words: str | Path) -> dict[str, Any]:
    """What a process of its own prints, as JSON, in its last line."""
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


@contextmanager
def served(engine: str, home: Path) -> Iterator[Target]:
    """A running engine of ours whose data are in a folder: it is filled by import when empty."""
    home.mkdir(parents=True, exist_ok=True)
    if engine == "embedded":
        try:
            yield embedded.start(home).target()
        finally:
            embedded.stop(home)
        return
    neo4j_server.install(ROOT / ".parts" / "neo4j")
    place = home / "server"
    place.mkdir(exist_ok=True)
    if not (place / "lib").exists():
        (place / "lib").symlink_to(ROOT / ".parts" / "neo4j" / "lib")
    words = [sys.executable, "-m", "beamgraph", "engine", "neo4j", "--json", "--port", "0"]
    words += ["--home", str(place), "--data-dir", str(home)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _told(process)
        finally:
            process.terminate()


def _told(process: subprocess.Popen[str]) -> Target:
    """Where a server is, as it says itself."""
    text = ""
    while not text.rstrip().endswith("}"):
        assert process.poll() is None, "the server ended"
        assert process.stdout is not None
        text += process.stdout.readline()
    told = json.loads(text)
    return Target(told["url"], told["user"], told["password"])


@contextmanager
def prepared(engine: str, scale: float) -> Iterator[tuple[Target, Path]]:
    """The graph of both databases at a scale on an engine, and its data directory."""
    home = HOME / f"{engine}-{scale}"
    ready = home / "ready"
    if home.exists() and not ready.exists():
        shutil.rmtree(home)
    with served(engine, home) as target:
        if not ready.exists():
            fill(target, scale, home)
            ready.touch()
        yield target, home


def fill(target: Target, scale: float, home: Path) -> None:
    """Migrate the ESRF flavour and ICAT; the graph is made of both by one import."""
    folder, (first, *others) = databases(scale), SOURCES
    migrate_both(folder, home, None, [first])
    with Graph(target) as graph:
        migrate_both(folder, home, graph, others)


def migrate_both(
    folder: Path, home: Path, graph: Graph | None, systems: Iterable[str] = tuple(SOURCES)
) -> None:
    """Migrate the ESRF flavour and ICAT of a folder into a data directory, and a graph if any."""
    for system in systems:
        file = SOURCES[system]
        say(f"migrating {file} of {folder.name}")
        order = Order(system, f"sqlite:///{folder / file}", system)
        migrate(order, graph, home, default_model(), lambda *_: None)
