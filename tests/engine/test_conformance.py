"""Every statement that the system can issue, by name, on both engines."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graph.engine import Graph, Target, create_constraints
from graph.engine.constraints import constraint_statements
from graph.engine.dialect import TELL
from graph.engine.watchdog import FIND
from graph.model import default_model
from graph.resolvers.runs import RUNS
from migrators.load.statements import load_statements
from tests.conftest import wipe
from tests.engine.explained import READS_ALL, explained, fill, operators
from tests.resolvers.documents import compiled, documents

MODEL = default_model()
NODE = {"id": "x:1", "name": "n", "by_name": "0n\x01|x:1", "from": "x:1", "to": "x:2"}
FIXED: Mapping[str, str] = {
    "tell the engine": TELL,
    "find statements": FIND,
    "list runs": RUNS,
    "health": "RETURN 1 AS one",
    "has runs": "MATCH (r:LoadRun) RETURN r.id AS id LIMIT 1",
}


def parameters(statement: str) -> dict[str, Any]:
    if "LoadRun {id: $id}" in statement:
        return {"id": "run-1", "run": {"id": "run-1", "state": "done", "source": "s"}}
    row = {**NODE, "properties": {"basis": "asserted", "rule": "r", "by": ["a:b:1"]}}
    if "SET n = row" in statement:
        row.pop("properties")
    return {"rows": [row], "ids": ["x:1"]}


@pytest.mark.parametrize("name", [*load_statements(MODEL), *FIXED])
def test_a_statement_of_the_loader_and_the_engine_runs(graph_once: Graph, name: str) -> None:
    statement = {**load_statements(MODEL), **FIXED}[name]
    graph_once.run(statement, parameters(statement))
    graph_once.run(statement, parameters(statement))


@pytest.mark.parametrize("name", sorted(documents()))
def test_a_compiled_document_runs(graph_once: Graph, name: str) -> None:
    """Every document of the TCK, with the statements its engine gets."""
    plan = compiled(documents()[name], graph_once.dialect)
    given = plan.parameters.bind({})
    for keys in plan.keys:
        given[keys.parameter] = [row["id"] for row in graph_once.run(keys.text, given)]
    for walk in plan.walks:
        graph_once.run(walk.start, given)
        for text in walk.steps.values():
            graph_once.run(text, {**given, "ids": ["x:1"]})
        empty: dict[str, Any] = {label: [] for label in walk.steps}
        given[walk.parameter] = {**empty, "walk": {"nodes": [], "edges": []}}
    (row,) = graph_once.run(plan.text, given)
    for root in plan.roots:
        root.read(row[root.column])


def test_constraints_are_made_once_and_again_without_change(graph: Graph) -> None:
    names = {text.split()[2] for text in constraint_statements(MODEL)}
    create_constraints(graph, MODEL)
    found = {row["name"] for row in graph.run("SHOW INDEXES")}
    found |= {row["name"] for row in graph.run("SHOW CONSTRAINTS")}
    assert names <= found
    for text in constraint_statements(MODEL):
        graph.run(text)
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_ids_are_unique(graph: Graph) -> None:
    graph.write("CREATE (:Sample {id: 'a'})")
    with pytest.raises(Exception, match=r"(?i)already exists|duplicate|unique|constraint"):
        graph.write("CREATE (:Sample {id: 'a'})")


@pytest.fixture(scope="module")
def filled(neo4j_target: Target) -> Iterator[Graph]:
    """A Neo4j with enough nodes that its planner thinks of indexes."""
    with Graph(neo4j_target) as graph:
        wipe(graph)
        fill(graph, 5_000)
        graph.run("CALL db.prepareForReplanning()")
        yield graph
        wipe(graph)


@pytest.mark.parametrize("name", ["connection", "connection-ordered", "connection-after"])
def test_a_page_is_read_from_its_index(filled: Graph, name: str) -> None:
    """No sort and no scan of the label, as Neo4j itself explains the statement."""
    plan = compiled(documents()[name], filled.dialect)
    found = operators(explained(filled, plan.text, plan.bind({})))
    assert found & {"NodeIndexSeekByRange", "NodeUniqueIndexSeekByRange"}
    assert not found & READS_ALL


@pytest.mark.parametrize("name", ["connection", "connection-ordered", "connection-after"])
def test_the_ids_of_a_page_are_read_from_their_index_where_they_are_asked_apart(
    embedded_graph: Graph, name: str
) -> None:
    """The embedded engine says of its own plan that the index gives the order."""
    plan = compiled(documents()[name], embedded_graph.dialect)
    (keys,) = plan.keys
    text = explained(embedded_graph, keys.text, plan.bind({}))["args"]["string-representation"]
    assert "NodeIndexRangeScan" in text
    assert "[index order" in text, text
    assert "OrderByStep" not in text
