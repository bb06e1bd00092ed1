"""`__typename` under the key of another field, and another field under the key `__typename`."""

from collections.abc import Iterator

import pytest

from graph.engine import Graph, Target
from graph.model import default_model
from migrators.load import statements
from migrators.load.load import ordered
from tests.conftest import wipe
from tests.resolvers.asking import Asked, asking

MODEL = default_model()
BOTH = "id: __typename __typename: id name: __typename"


@pytest.fixture(scope="module")
def ask(target: Target) -> Iterator[Asked]:
    with Graph(target) as graph:
        wipe(graph)
        made = {"Dataset": "dataset:s:T:1", "Sample": "sample:s:T:1", "SourceRecord": "s:T:1"}
        for label, identity in made.items():
            row = {"id": identity, "name": "a", "statistics_shells": ["overall"]}
            if label != "Dataset":
                row = {"id": identity}
            graph.write(
                statements.upsert_nodes(label), {"rows": [ordered(MODEL.labels[label], row)]}
            )
        for kind, ends in {
            "OF_SAMPLE": ("Dataset", "Sample"),
            "DESCRIBES": ("SourceRecord", "Dataset"),
        }.items():
            edge = {"from": made[ends[0]], "to": made[ends[1]], "properties": {"basis": "asserted"}}
            graph.write(statements.upsert_edges(kind, *ends), {"rows": [edge]})
    with asking(target) as found:
        yield found
    with Graph(target) as graph:
        wipe(graph)


NODE = {"id": "Dataset", "__typename": "dataset:s:T:1", "name": "Dataset"}
CASES = {
    f'{{ node(id: "dataset:s:T:1") {{ {BOTH.replace(" name:", " x:")} }} }}': {
        "node": {"id": "Dataset", "__typename": "dataset:s:T:1", "x": "Dataset"}
    },
    f'{{ nodes(ids: ["dataset:s:T:1"]) {{ ... on Dataset {{ {BOTH} }} }} }}': {"nodes": [NODE]},
    f'{{ lineage(id: "dataset:s:T:1", depth: 0) {{ complete: __typename nodes {{ depth: __typename node {{ {BOTH} }} }} }} }}': {
        "lineage": {"complete": "Lineage", "nodes": [{"depth": "LineageNode", "node": NODE}]}
    },
    '{ lineage(id: "dataset:s:T:1") { edges { type: __typename __typename: to } } }': {
        "lineage": {"edges": [{"type": "LineageEdge", "__typename": "sample:s:T:1"}]}
    },
    f"{{ datasets: __typename x: datasets {{ totalCount: __typename __typename: totalCount nodes {{ {BOTH} }} }} }}": {
        "datasets": "Query",
        "x": {"totalCount": "DatasetConnection", "__typename": 1, "nodes": [NODE]},
    },
    "{ datasets { pageInfo { endCursor: __typename __typename: hasNextPage } edges { cursor: __typename "
    "__typename: basis node { samples { edges { basis: __typename __typename: basis } } } } } }": {
        "datasets": {
            "pageInfo": {"endCursor": "PageInfo", "__typename": False},
            "edges": [{
                "cursor": "DatasetEdge",
                "__typename": None,
                "node": {"samples": {"edges": [{"basis": "SampleEdge", "__typename": "asserted"}]}},
            }],
        }
    },
    "{ datasets { nodes { statistics { shell: __typename __typename: shell } } } }": {
        "datasets": {"nodes": [{"statistics": [{"shell": "DatasetStatistics", "__typename": "overall"}]}]}
    },
    f'{{ source(system: "s", table: "T", key: "1") {{ id: __typename __typename: folded record {{ id: __typename __typename: id }} entities {{ {BOTH} }} }} }}': {
        "source": {
            "id": "Source", "__typename": False,
            "record": {"id": "SourceRecord", "__typename": "s:T:1"}, "entities": [NODE],
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_a_type_is_told_under_any_key(ask: Asked, text: str) -> None:
    assert ask(text) == CASES[text]
