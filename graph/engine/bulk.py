"""Make a whole graph of files, where beamgraph runs the engine.

A server is asked for an import by a file in its folder, because it alone may touch its data: the
embedded one reads the files itself, the one that watches a Neo4j stops it, runs the importer and
starts it again. `manifest.json` in the folder of the files names them.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from graph.engine import embedded
from graph.engine.bolt import Graph
from graph.problem import Problem

MANIFEST = "manifest.json"
SUPERVISED = "neo4j.json"
"""In the data directory: the Neo4j that `beamgraph engine neo4j` watches over."""

REQUEST, ANSWER = "import.json", "import.done.json"
LOOK_SECONDS = 0.1

ARRAY_BREAK = "U+001F"
ADMIN = "org.neo4j.server.startup.Neo4jAdminCommand"


@dataclass(frozen=True, slots=True)
class Importer:
    """A server that imports: its folder, its process, and which files it reads."""

    folder: Path
    pid: int
    form: Literal["csv", "parquet"]

    def settle(self) -> None:
        """Wait for an import that somebody asked for who is gone."""
        while (self.folder / REQUEST).exists() and is_alive(self.pid):
            time.sleep(LOOK_SECONDS)

    def run(self, files: Path) -> None:
        """Have the files imported in place of all that the graph holds, and wait for it.

        Raises
        ------
        Problem
            With what the importer says, or where its process ends.
        """
        answer = self.folder / ANSWER
        answer.unlink(missing_ok=True)
        _put(self.folder / REQUEST, {"files": str(files)})
        while not answer.exists():
            if not is_alive(self.pid):
                raise Problem(
                    "the graph server ended during the import",
                    where=str(self.folder),
                    todo="start it, it will be empty, and run the same command again",
                )
            time.sleep(LOOK_SECONDS)
        told = json.loads(answer.read_text(encoding="utf-8"))
        answer.unlink()
        if told["error"]:
            raise Problem(
                f"the import failed: {told['error']}",
                where=str(files),
                todo="the graph is empty as before: mend that and run the same command again",
            )


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that was killed stays known to whoever started it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def importer_of(graph: Graph, data_dir: Path) -> Importer | None:
    """Who imports into this graph; None where beamgraph does not run its server."""
    running = embedded.status(data_dir)
    if running is not None and running.target().url == graph.target.url:
        return Importer(embedded.home(data_dir), running.pid, "parquet")
    try:
        told = json.loads((data_dir / SUPERVISED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if told["url"] != graph.target.url or not is_alive(told["pid"]):
        return None
    return Importer(Path(told["folder"]), told["pid"], "csv")


def is_empty(graph: Graph) -> bool:
    """Whether a graph holds nothing but runs that never came to an end."""
    return not graph.read("MATCH (n) WHERE NOT n:LoadRun OR n.state = 'done' RETURN 1 AS n LIMIT 1")


def answer_requests(folder: Path, work: Callable[[Path], None]) -> bool:
    """Look once whether an import is asked for, and do it; true where one was."""
    request = folder / REQUEST
    if not request.exists():
        return False
    files = Path(json.loads(request.read_text(encoding="utf-8"))["files"])
    error = ""
    try:
        work(files)
    except Exception as caught:  # whatever it is, the one who waits must be told
        error = next(iter(str(caught).splitlines()), "") or type(caught).__name__
    request.unlink()
    _put(folder / ANSWER, {"error": error})
    return True


def _put(path: Path, told: dict[str, Any]) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(path)


def manifest(files: Path) -> dict[str, Any]:
    """What is in a folder of import files."""
    told: dict[str, Any] = json.loads((files / MANIFEST).read_text(encoding="utf-8"))
    return told


def admin_words(files: Path, database: str = "neo4j") -> list[str]:
    """The arguments of `neo4j-admin` that import a folder of files."""
    told = manifest(files)
    words = ["database", "import", "full", database, "--overwrite-destination"]
    words += ["--id-type=string", "--multiline-fields=true", f"--array-delimiter={ARRAY_BREAK}"]
    for item in told["nodes"]:
        words.append(f"--nodes={item['label']}={_both(files, item['file'])}")
    for item in told["edges"]:
        words.append(f"--relationships={_both(files, item['file'])}")
    return words


def _both(files: Path, name: str) -> str:
    stem = name.removesuffix(".csv")
    return f"{files / stem}.header.csv,{files / name}"


def shown(words: Sequence[str]) -> str:
    """The command for a person to run where Neo4j is."""
    return " \\\n  ".join(["neo4j-admin", *words])
