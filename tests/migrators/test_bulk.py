"""The first load goes by import where the server is ours, and gives the graph that a load gives."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph, Target, neo4j_server
from graph.engine.bulk import SUPERVISED, admin_words, importer_of
from graph.model import default_model
from graph.problem import Problem
from migrators.report.account import Account
from migrators.report.proof import prove
from migrators.run import Order, migrate
from tests.conftest import ROOT, wipe
from tests.parts.content import content
from tests.parts.own import embedded_server, watched_neo4j

pytestmark = pytest.mark.usefixtures("migration")


@pytest.fixture(scope="module")
def lumen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lumen")
    simulate(Wish(folder, seed=2, scale=0.0006, noise=1))
    return folder


def run(
    graph: Graph | None, lumen: Path, data: Path, system: str, files: Path | None = None
) -> Account:
    name = {"ispyb": "ispyb-dls", "icat": "icat"}[system]
    order = Order(system, f"sqlite:///{lumen}/{name}.sqlite", system, import_files=files)
    return migrate(order, graph, data, default_model(), lambda *_: None)


@pytest.fixture(scope="module")
def online(
    embedded_target: Target, lumen: Path, tmp_path_factory: pytest.TempPathFactory
) -> object:
    """What a load gives, statement by statement: its data directory is not that of the engine."""
    with Graph(embedded_target) as graph:
        wipe(graph)
        run(graph, lumen, tmp_path_factory.mktemp("online"), "icat")
        return plain(content(graph))


def plain(found: tuple[object, ...]) -> list[list[str]]:
    return [sorted(json.dumps(row, sort_keys=True) for row in part) for part in found]  # type: ignore[attr-defined]


@pytest.fixture(params=("embedded", "neo4j"))
def own(
    server: None, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Target, Path]]:
    """An empty server that beamgraph runs, and its data directory."""
    data = tmp_path / "data"
    if request.param == "embedded":
        with embedded_server(data) as target:
            yield target, data
        return
    request.getfixturevalue("neo4j_target")  # says loudly where there is none
    with watched_neo4j(data, tmp_path / "home") as target:
        yield target, data
    assert not (data / SUPERVISED).exists()


def test_an_import_gives_the_graph_that_a_load_gives(
    own: tuple[Target, Path], online: object, lumen: Path
) -> None:
    target, data = own
    with Graph(target) as graph:
        assert importer_of(graph, data) is not None
        account = run(graph, lumen, data, "icat")
        assert plain(content(graph)) == online
        assert sum(account.written.nodes.values()) > 1000
        assert not (data / "import").exists()
        again = run(graph, lumen, data, "icat")
        assert again.totals()["nodes_written"] == again.totals()["edges_written"] == 0
        more = run(graph, lumen, data, "ispyb")
        assert more.written.nodes["SourceRecord"] > 100
        assert prove(graph, data, default_model(), lambda *_: None).findings == []


def test_a_server_of_another_is_loaded_statement_by_statement(
    embedded_graph: Graph, tmp_path: Path
) -> None:
    assert importer_of(embedded_graph, tmp_path) is None


def test_files_for_a_person_fill_a_neo4j_and_the_next_run_loads_what_changed(
    neo4j_target: Target, online: object, lumen: Path, tmp_path: Path
) -> None:
    account = run(None, lumen, tmp_path / "data", "icat", tmp_path / "files")
    assert account.imports["command"].startswith("neo4j-admin \\\n  database \\\n  import")
    assert account.imports["nodes"] > 1000
    library = neo4j_server.install(ROOT / ".parts" / "neo4j")
    home = tmp_path / "home"
    with neo4j_server.running(library, home):
        pass  # as a person's own server is: there, and empty
    neo4j_server.admin(library, home, admin_words(tmp_path / "files"))
    with neo4j_server.running(library, home) as target, Graph(target) as graph:
        assert plain(content(graph)) == online
        again = run(graph, lumen, tmp_path / "data", "icat")
        assert again.totals()["nodes_written"] == again.totals()["edges_written"] == 0


def test_files_for_a_person_take_the_place_of_earlier_ones(lumen: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    first = run(None, lumen, tmp_path / "data", "icat", files)
    (files / "nodes-Gone.csv").write_text("left by a run that was killed")
    assert run(None, lumen, tmp_path / "data", "icat", files).imports == first.imports
    assert not (files / "nodes-Gone.csv").exists()


@pytest.mark.parametrize("name", ["thesis.tex", "photos/", "."])
def test_a_folder_with_anything_else_is_refused_before_the_work(
    lumen: Path, tmp_path: Path, name: str
) -> None:
    files = tmp_path / "files"
    if name == ".":
        files.write_text("a file where a folder should be")
    elif name.endswith("/"):
        (files / name).mkdir(parents=True)
    else:
        files.mkdir()
        (files / name).write_text("years of work")
    with pytest.raises(Problem, match=f"{files}.*choose a folder that is empty") as caught:
        run(None, lumen, tmp_path / "data", "icat", files)
    assert "\n" not in str(caught.value)
    assert files.is_file() or (files / name).exists()
    assert not (tmp_path / "data" / "sources").exists()


def test_a_dry_run_writes_no_import_files(lumen: Path, tmp_path: Path) -> None:
    order = Order("icat", f"sqlite:///{lumen}/icat.sqlite", "icat", dry_run=True)
    order = replace(order, import_files=tmp_path / "files")
    with pytest.raises(Problem, match=r"--import-files.*leave out --dry-run"):
        migrate(order, None, tmp_path / "data", default_model(), lambda *_: None)
    assert not (tmp_path / "files").exists()
