"""An import that fails, for whatever reason, leaves a server that starts and is empty as before."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph, Target, embedded
from graph.engine.bulk import ADMIN, importer_of, is_empty
from graph.model import default_model
from graph.problem import Problem
from migrators.progress import Progress
from migrators.report.proof import prove
from migrators.run import Order, migrate
from tests.parts.own import embedded_server, watched_neo4j, watcher

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture(scope="module")
def lumen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lumen")
    simulate(Wish(folder, seed=3, scale=0.0006))
    return folder


class Own:
    """A server of beamgraph's own that can be left and started again."""

    def __init__(self, engine: str, folder: Path, stack: ExitStack) -> None:
        self.engine, self.data, self._home, self._stack = engine, folder / "data", folder, stack

    def start(self) -> Target:
        if self.engine == "embedded":
            return self._stack.enter_context(embedded_server(self.data))
        return self._stack.enter_context(watched_neo4j(self.data, self._home / "home"))

    def process(self) -> psutil.Process:
        """The one that imports, or has the import done."""
        running = embedded.status(self.data)
        return psutil.Process(running.pid if running else watcher(self.data))


@pytest.fixture(params=("embedded", "neo4j"))
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Own]:
    if request.param == "neo4j":
        request.getfixturevalue("neo4j_target")  # says loudly where there is none
    with ExitStack() as stack:
        yield Own(request.param, tmp_path, stack)


def run(target: Target, data: Path, lumen: Path, progress: Progress) -> None:
    with Graph(target) as graph:
        order = Order("icat", f"sqlite:///{lumen}/icat.sqlite", "icat")
        migrate(order, graph, data, default_model(), progress)


def when_importing(work: Callable[[], None]) -> Progress:
    """Do something in the moment between the files and their import."""

    def tell(stage: str, what: str, _: int) -> None:
        if (stage, what) == ("files", "importing"):
            work()

    return tell


def is_whole_after(target: Target, own: Own, lumen: Path, *, marks: int = 0) -> None:
    """The server is empty, and the next run fills it by an import, all of it.

    A server that was killed keeps the mark of the run, which could not be taken back.
    """
    importing: list[str] = []
    with Graph(target) as graph:
        assert is_empty(graph)
        assert graph.read("MATCH (n) RETURN count(n) AS n")[0]["n"] <= marks
    run(target, own.data, lumen, lambda stage, what, _: importing.append(f"{stage} {what}"))
    assert "files importing" in importing
    with Graph(target) as graph:
        assert importer_of(graph, own.data) is not None
        assert prove(graph, own.data, default_model(), lambda *_: None).findings == []


def spoil(files: Path) -> None:
    """The last file of nodes is none."""
    found = sorted(files.glob("nodes-*[!r].csv")) or sorted(files.glob("nodes-*.parquet"))
    broken = next(path for path in reversed(found) if ".header." not in path.name)
    broken.write_bytes(b'"never closed\n,,,' + broken.read_bytes()[:200])


def test_a_bad_file(own: Own, lumen: Path) -> None:
    target = own.start()
    with pytest.raises(Problem, match="the import failed") as caught:
        run(target, own.data, lumen, when_importing(lambda: spoil(own.data / "import")))
    assert "\n" not in str(caught.value)
    is_whole_after(target, own, lumen)


def test_a_bad_file_and_then_another_start(own: Own, lumen: Path) -> None:
    with pytest.raises(Problem, match="the import failed"):
        run(own.start(), own.data, lumen, when_importing(lambda: spoil(own.data / "import")))
    own._stack.close()
    is_whole_after(own.start(), own, lumen)


def killing(own: Own, hit: list[int], *, all_of_it: bool) -> Callable[[], None]:
    """Kill what imports as soon as it is at work: Neo4j's importer, or the one who runs it."""

    def look() -> None:
        boss = own.process()
        while not hit:
            if own.engine == "embedded":
                if (own.data / "engine" / "import.json").exists():
                    hit.append(boss.pid)
                    boss.kill()
                continue
            for child in boss.children():
                with suppress(psutil.Error):
                    if ADMIN in child.cmdline():
                        hit.append(child.pid)
                        os.kill(boss.pid if all_of_it else child.pid, signal.SIGKILL)

    return lambda: threading.Thread(target=look, daemon=True).start()


def test_an_importer_that_is_killed(neo4j_target: Target, tmp_path: Path, lumen: Path) -> None:
    with ExitStack() as stack:
        own, hit = Own("neo4j", tmp_path, stack), list[int]()
        target = own.start()
        with pytest.raises(Problem, match="the import failed") as caught:
            run(target, own.data, lumen, when_importing(killing(own, hit, all_of_it=False)))
        assert hit
        assert "\n" not in str(caught.value)
        is_whole_after(target, own, lumen)


def test_a_server_that_is_killed_while_it_imports(own: Own, lumen: Path) -> None:
    target, hit = own.start(), list[int]()
    with pytest.raises(Problem, match="the graph server ended during the import") as caught:
        run(target, own.data, lumen, when_importing(killing(own, hit, all_of_it=True)))
    assert hit
    assert "\n" not in str(caught.value)
    if own.engine == "neo4j":  # its importer goes on, and nobody waits for it
        with suppress(psutil.Error):
            psutil.Process(hit[0]).wait(60)
    is_whole_after(own.start(), own, lumen, marks=1)
