"""The cost of a lineage grows with its nodes and edges, never with its paths."""

from itertools import pairwise

import pytest

from graph.engine import Graph, Target
from graph.values import order_key
from migrators.load import statements
from tests.conftest import wipe
from tests.test_chain import ask

LAYERS = 21
WIDTH = 3


@pytest.fixture(scope="module")
def layered(target: Target) -> Target:
    """Layers of three, every node fed by all three below it, and cycles back to the top."""
    ids = [[f"dataset:s:L:{layer}.{n}" for n in range(WIDTH)] for layer in range(LAYERS)]
    pairs = [(a, b) for upper, lower in pairwise(ids) for a in upper for b in lower]
    pairs += [(ids[-1][0], ids[0][0]), (ids[5][1], ids[2][2])]
    with Graph(target) as graph:
        wipe(graph)
        rows = [
            {"id": item, "by_name": order_key("string", None, item)}
            for layer in ids
            for item in layer
        ]
        graph.write(statements.upsert_nodes("Dataset"), {"rows": rows})
        edges = [{"from": a, "to": b, "properties": {"basis": "asserted"}} for a, b in pairs]
        graph.write(statements.upsert_edges("DERIVED_FROM", "Dataset", "Dataset"), {"rows": edges})
    return target


def test_three_to_the_twentieth_paths_answer_with_a_few_dozen_nodes(layered: Target) -> None:
    query = (
        '{ lineage(id: "dataset:s:L:0.0", depth: 20) '
        "{ complete nodes { depth node { id } } edges { from to } } }"
    )
    lineage = ask(layered, query)["lineage"]
    depths = {item["node"]["id"]: item["depth"] for item in lineage["nodes"]}
    assert len(depths) == 1 + WIDTH * (LAYERS - 1)
    assert depths["dataset:s:L:20.2"] == 20
    # Nodes at the depth that was asked for are not followed further, whatever is behind them.
    assert lineage["complete"] is False
    assert len(lineage["edges"]) == WIDTH + WIDTH * WIDTH * (LAYERS - 2) + 1


def test_downstream_is_the_same_graph_the_other_way(layered: Target) -> None:
    query = (
        '{ lineage(id: "dataset:s:L:20.1", direction: DOWNSTREAM, depth: 50) '
        "{ complete nodes { depth node { id } } } }"
    )
    lineage = ask(layered, query)["lineage"]
    assert lineage["complete"] is True
    assert len(lineage["nodes"]) == 1 + WIDTH * (LAYERS - 1) + 1  # one more by the way back up


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_depth_counts_entities(layered: Target, depth: int) -> None:
    query = f'{{ lineage(id: "dataset:s:L:0.0", depth: {depth}) {{ nodes {{ depth stop }} }} }}'
    nodes = ask(layered, query)["lineage"]["nodes"]
    assert len(nodes) == 1 + WIDTH * depth
    assert {item["stop"] for item in nodes if item["depth"] == depth} == {"DEPTH"}


MADE = {
    "Proposal": ["proposal:s:p"],
    "Instrument": ["instrument:s:b"],
    "Investigation": ["investigation:s:V:1", "investigation:s:V:2"],
    "Dataset": [f"dataset:s:D:{n}" for n in range(5)],
    "Processing": ["processing:s:P:1"],
    "DataPublication": ["datapublication:d"],
    "Publication": ["publication:p"],
}
MADE_EDGES = [
    ("PART_OF", "investigation:s:V:1", "proposal:s:p"),
    ("PART_OF", "investigation:s:V:2", "proposal:s:p"),
    ("AT_INSTRUMENT", "investigation:s:V:1", "instrument:s:b"),
    ("COLLECTED_IN", "dataset:s:D:0", "investigation:s:V:1"),
    ("COLLECTED_IN", "dataset:s:D:1", "investigation:s:V:1"),
    ("PART_OF", "dataset:s:D:1", "dataset:s:D:0"),
    ("COLLECTED_IN", "dataset:s:D:4", "investigation:s:V:2"),
    ("USED", "processing:s:P:1", "dataset:s:D:1"),
    ("GENERATED_BY", "dataset:s:D:3", "processing:s:P:1"),
    ("CONTAINS", "datapublication:d", "dataset:s:D:0"),
    ("CITES", "publication:p", "datapublication:d"),
]
OF_VISIT = {"dataset:s:D:0", "dataset:s:D:1", "processing:s:P:1", "dataset:s:D:3",
            "datapublication:d", "publication:p"}  # fmt: skip
OF = {
    "investigation:s:V:1": OF_VISIT,
    "proposal:s:p": OF_VISIT | set(MADE["Investigation"]) | {"dataset:s:D:4"},
    "instrument:s:b": OF_VISIT | {"investigation:s:V:1"},
    "dataset:s:D:0": OF_VISIT - {"dataset:s:D:0"},
    "dataset:s:D:1": {"processing:s:P:1", "dataset:s:D:3"},
}
"""What came of a thing, or of what belongs to it."""


@pytest.fixture(scope="module")
def visits(target: Target) -> Target:
    """Two visits of a proposal: data that were used and published, and data that were not."""
    labels = {item: label for label, items in MADE.items() for item in items}
    with Graph(target) as graph:
        wipe(graph)
        for label, items in MADE.items():
            rows = [{"id": item, "by_name": order_key("string", None, item)} for item in items]
            graph.write(statements.upsert_nodes(label), {"rows": rows})
        for kind, a, b in MADE_EDGES:
            rows = [{"from": a, "to": b, "properties": {"basis": "asserted"}}]
            graph.write(statements.upsert_edges(kind, labels[a], labels[b]), {"rows": rows})
    return target


@pytest.mark.parametrize("start", OF)
def test_what_came_of_a_thing_came_of_its_members(visits: Target, start: str) -> None:
    query = (
        f'{{ lineage(id: "{start}", direction: DOWNSTREAM) '
        "{ complete nodes { node { id } } edges { type from to } } }"
    )
    lineage = ask(visits, query)["lineage"]
    found = {item["node"]["id"] for item in lineage["nodes"]}
    assert found == {start} | OF[start]
    assert lineage["complete"] is True
    there = {(edge["type"], edge["from"], edge["to"]) for edge in lineage["edges"]}
    assert there == {edge for edge in MADE_EDGES if {edge[1], edge[2]} <= found}


def test_upstream_a_dataset_does_not_come_from_what_it_belongs_to(visits: Target) -> None:
    lineage = ask(visits, '{ lineage(id: "dataset:s:D:1") { nodes { stop node { id } } } }')
    (only,) = lineage["lineage"]["nodes"]
    assert only == {"stop": "UNKNOWN", "node": {"id": "dataset:s:D:1"}}
