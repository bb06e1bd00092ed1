"""`verify` names what is lost, unknown or changed, in the graph and at the source."""

from pathlib import Path

import pytest

from graph.engine import Graph
from graph.model import default_model
from migrators.report.proof import Proof, prove, sampled
from migrators.run import Order, migrate
from tests.parts.ispyb import Database, sqlite_chain


def proved(graph: Graph, folder: Path) -> Proof:
    return prove(graph, folder, default_model(), lambda *_: None)


@pytest.fixture
def loaded(graph: Graph, tmp_path: Path) -> Database:
    database = sqlite_chain("dls", tmp_path)
    order = Order("ispyb", database.url, "ispyb", zone="Europe/London")
    migrate(order, graph, tmp_path, default_model(), lambda *_: None)
    return database


def test_a_graph_that_was_just_loaded_is_proven(
    graph: Graph, loaded: Database, tmp_path: Path
) -> None:
    told = proved(graph, tmp_path)
    assert told.holds
    assert told.sources == ["ispyb"]
    assert (told.rows, told.nodes) == (76, 91)
    assert told.edges == graph.run("MATCH ()-[e]->() RETURN count(e) AS n")[0]["n"]
    sampled(told, tmp_path, loaded.url, None, 7)
    assert told.holds
    assert told.sampled == 76
    assert list(told.lines())[-1] == "nothing is lost"


def test_a_lost_row_a_lost_edge_and_a_changed_value_are_named(
    graph: Graph, loaded: Database, tmp_path: Path
) -> None:
    graph.write(
        "MATCH (f:File {id: 'file:ispyb:AutoProcProgramAttachment:1023947'}) DETACH DELETE f"
    )
    graph.write("MATCH (:Sample)-[e:OF_CRYSTAL]->(:Crystal) DELETE e")
    graph.write("MATCH (d:Dataset {kind: 'raw'}) SET d.wavelength = 9.9")
    graph.write("CREATE (:Sample {id: 'sample:nobody', by_name: 'x', by_id: 'x'})")
    told = proved(graph, tmp_path)
    assert not told.holds
    found = {(item.kind, item.what, item.id): item.detail for item in told.findings}
    assert ("lost", "File", "file:ispyb:AutoProcProgramAttachment:1023947") in found
    assert any(kind == "lost" and what.startswith("OF_CRYSTAL") for kind, what, _ in found)
    (changed,) = [detail for (kind, what, _), detail in found.items() if kind == "changed"]
    assert changed.startswith("wavelength: ")
    assert changed.endswith("not 9.9")
    assert ("unknown", "Sample", "sample:nobody") in found


def test_what_changed_at_the_source_since_is_named(embedded_graph: Graph, tmp_path: Path) -> None:
    database = sqlite_chain("dls", tmp_path)
    order = Order("ispyb", database.url, "ispyb", zone="Europe/London")
    migrate(order, embedded_graph, tmp_path, default_model(), lambda *_: None)
    database.execute("UPDATE BLSample SET name = 'other' WHERE blSampleId = 374695")
    database.execute("DELETE FROM Protein")
    told = Proof()
    sampled(told, tmp_path, database.url, "ispyb", 1)
    assert {(item.kind, item.what) for item in told.findings} == {
        ("changed at the source", "BLSample"),
        ("gone at the source", "Protein"),
    }
