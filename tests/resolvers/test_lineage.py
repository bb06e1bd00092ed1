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
