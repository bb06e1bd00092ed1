"""A filter leaves a page the order of its index: nobody reads and sorts a whole label for twenty."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.access import Caller
from graph.engine import Graph, Target
from graph.schema.inputs import OPERATORS
from migrators.load.statements import upsert_edges
from tests.conftest import wipe
from tests.engine.explained import READS_ALL, explained, fill, operators
from tests.resolvers.documents import compiled_with

PLACES = {
    "string": ("kind", '"raw"'), "long": ("numberOfImages", "3"), "float": ("wavelength", "0.5"),
    "boolean": ("zoneAssumed", "true"), "json": ("parameters", '"a"'),
    "instant": ("startTime", '"2020-01-01T00:00:00Z"'),
}  # fmt: skip
SINGLE = [
    f"{place}: {{{operator}: {f'[{value}]' if operator == 'in' else value}}}"
    for kind, (place, value) in PLACES.items()
    for operator in (*OPERATORS[kind][2], *(["in"] if OPERATORS[kind][3] else []))  # type: ignore[index]
] + ["kind: {exists: true}", "kind: {exists: false}"]
NESTED = [
    'kind: {eq: "raw"}, zoneAssumed: {eq: true}, numberOfImages: {gt: 1}',
    'not: {kind: {eq: "raw"}}', 'not: {not: {kind: {eq: "raw"}}}', 'and: [{kind: {eq: "raw"}}]',
    'and: [{kind: {eq: "raw"}}, {name: {eq: "a"}}]', 'or: [{kind: {eq: "raw"}}, {name: {eq: "a"}}]',
    'or: [{kind: {eq: "raw"}}]', 'samples: {some: {name: {eq: "a"}}}',
    'samples: {none: {name: {eq: "a"}}}', 'samples: {every: {name: {eq: "a"}}}',
    'kind: {eq: "raw"}, samples: {some: {name: {eq: "a"}}}', "id: {ne: \"x\"}",
]  # fmt: skip
ORDERS = ("ID_ASC", "ID_DESC", "NAME_ASC", "NAME_DESC")


def only_raw(variable: str, label: str, caller: Caller) -> str:
    _ = label, caller
    return f"{variable}.kind = 'raw'"


@pytest.fixture(scope="module")
def filled(target: Target) -> Iterator[Graph]:
    """Enough nodes that a planner thinks of indexes."""
    with Graph(target) as graph:
        wipe(graph)
        fill(graph, 3_000)
        edges = [
            {"from": f"dataset:s:T:{n:04}", "to": f"sample:s:T:{n:04}", "properties": {}}
            for n in range(3_000)
        ]
        graph.write(upsert_edges("OF_SAMPLE", "Dataset", "Sample"), {"rows": edges})
        if graph.dialect.prunes_walks:
            graph.run("CALL db.prepareForReplanning()")
        yield graph
        wipe(graph)


def read_in_order(graph: Graph, document: str, **policy: Any) -> None:
    plan = compiled_with(document, graph.dialect, {}, **policy)
    given = plan.bind({})
    if graph.dialect.nested_pages_use_index:
        found = operators(explained(graph, plan.text, given))
        assert not found & READS_ALL, document
        return
    (keys,) = plan.keys
    told = explained(graph, keys.text, given)["args"]["string-representation"]
    assert "[index order" in told, f"{keys.text}\n{told}"
    assert "OrderByStep" not in told
    graph.run(keys.text, given)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("where", [*SINGLE, *NESTED])
def test_a_filtered_page_is_read_in_the_order_of_its_index(
    filled: Graph, where: str, order: str
) -> None:
    read_in_order(
        filled, f"{{ datasets(orderBy: {order}, where: {{{where}}}) {{ nodes {{ id }} }} }}"
    )


@pytest.mark.parametrize("order", ORDERS)
def test_so_is_one_that_a_policy_filters(filled: Graph, order: str) -> None:
    text = f"{{ datasets(orderBy: {order}) {{ nodes {{ id }} }} }}"
    read_in_order(filled, text, visible=only_raw)


@pytest.mark.parametrize(
    "where", ['id: {eq: "dataset:s:T:0005"}', 'id: {in: ["dataset:s:T:0005"]}']
)
def test_an_id_is_looked_up(filled: Graph, where: str) -> None:
    plan = compiled_with(
        f"{{ datasets(orderBy: NAME_ASC, where: {{{where}}}) {{ nodes {{ id }} }} }}",
        filled.dialect,
        {},
    )
    text = plan.keys[0].text if plan.keys else plan.text
    told = explained(filled, text, plan.bind({}))
    shown = str(told["args"].get("string-representation", operators(told)))
    assert "NodeByLabelScan" not in shown
    assert "Seek" in shown
