"""The server of a graph goes away while a load runs, and is started again."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from graph.engine import Graph, Target, bolt, embedded, neo4j_server
from graph.model import default_model
from graph.problem import Problem
from migrators.progress import Progress
from migrators.report.account import Account
from migrators.run import Order, migrate
from tests.conftest import neo4j_library
from tests.parts.content import content
from tests.parts.ispyb import Database
from tests.parts.wanted import held

pytestmark = pytest.mark.usefixtures("server")

Process = subprocess.Popen[bytes] | psutil.Process


class Server:
    """A server of a test's own, that can be killed and started again."""

    def __init__(self, start: Callable[[], tuple[Target, Process]]) -> None:
        self._start = start
        self.target, self._process = start()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(30)

    def start(self) -> None:
        self.target, self._process = self._start()


@contextmanager
def server(engine: str, home: Path) -> Iterator[Server]:
    library = neo4j_library() if engine == "neo4j" else Path()
    port = neo4j_server.free_port()

    def neo4j() -> tuple[Target, Process]:
        process = neo4j_server.launch(library, home / "neo4j", port)
        neo4j_server.wait(process, neo4j_server.target(port), home)
        return neo4j_server.target(port), process

    def ours() -> tuple[Target, Process]:
        running = embedded.start(home)
        return running.target(), psutil.Process(running.pid)

    made = Server(neo4j if engine == "neo4j" else ours)
    try:
        yield made
    finally:
        made.kill()


def run(target: Target, database: Database, folder: Path, progress: Progress) -> Account:
    with Graph(target) as graph:
        order = Order("ispyb", database.url, "ispyb", zone="Europe/London")
        return migrate(order, graph, folder, default_model(), progress)


def is_whole(target: Target, folder: Path, account: Account) -> bool:
    """Whether the graph holds everything that it should, and nothing else."""
    wanted = held(folder, account)
    with Graph(target) as graph:
        nodes, edges = content(graph)
    there = {(row["l"], row["p"]["id"]) for row in nodes}
    known = {(label, item) for label, items in wanted.nodes.items() for item in items}
    return there == known and {(row["t"], row["a"], row["b"]) for row in edges} == set(wanted.edges)


def quiet(*_: object) -> None:
    """No word of what is done."""


@pytest.mark.parametrize(("engine", "what"), [("embedded", "Dataset"), ("neo4j", "DESCRIBES")])
def test_the_next_run_finishes_what_a_dead_server_cut_short(
    engine: str,
    what: str,
    chain_files: dict[str, Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Dead among the nodes, and among the edges."""
    monkeypatch.setattr(bolt, "PATIENCE", 1.0)
    with server(engine, tmp_path / "server") as place:
        killed: list[int] = []

        def tell(stage: str, name: str, done: int) -> None:
            if stage == "load" and name == what and not killed:
                killed.append(done)
                place.kill()

        with pytest.raises(Problem) as caught:
            run(place.target, chain_files["dls"], tmp_path / "data", tell)
        assert killed
        assert "\n" not in str(caught.value)
        place.start()
        account = run(place.target, chain_files["dls"], tmp_path / "data", quiet)
        assert is_whole(place.target, tmp_path / "data", account)


def test_a_server_that_is_back_soon_is_waited_for(
    chain_files: dict[str, Database], tmp_path: Path
) -> None:
    with server("neo4j", tmp_path / "server") as place:
        killed: list[object] = []

        def tell(stage: str, what: str, done: int) -> None:
            if stage == "load" and not killed:
                killed.append(what)
                place.kill()
                place.start()

        account = run(place.target, chain_files["dls"], tmp_path / "data", tell)
        assert killed
        assert is_whole(place.target, tmp_path / "data", account)
        with Graph(place.target) as graph:
            states = graph.run("MATCH (r:LoadRun) RETURN r.state AS state")
        assert states == [{"state": "done"}]
