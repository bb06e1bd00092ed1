"""A plan that is kept never keeps a value: what is sent again with other values gets its answer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.engine import AsyncGraph, Graph, Target
from graph.model import default_model
from graph.resolvers import Api
from graph.resolvers.rules import RULES
from graph.schema import build_schema
from migrators.load import statements
from migrators.load.load import ordered
from tests.conftest import wipe

MODEL = default_model()
SCHEMA = build_schema(MODEL)
NAMES = ("plain", "a", "5", 'q"', "\ue000", "\U00010400")


class Sender:
    """Sends a document again and again to one server, and each time to a fresh one."""

    def __init__(self, runner: asyncio.Runner, graph: AsyncGraph) -> None:
        self._runner = runner
        self._graph = graph

    def __call__(self, text: str, sets: list[dict[str, Any]]) -> tuple[list[Any], list[Any], int]:
        """What the one answered, what the fresh ones did, and how many plans the one has."""
        one = Api(SCHEMA, MODEL, self._graph)
        again = [self._data(one, text, item) for item in sets]
        fresh = [self._data(Api(SCHEMA, MODEL, self._graph), text, item) for item in sets]
        return again, fresh, len(one.plans)

    def _data(self, api: Api, text: str, variables: dict[str, Any]) -> Any:
        told = self._runner.run(api.answer(text, dict(variables)))
        assert not told.errors, (text, variables, told.errors)
        return told.data


@pytest.fixture(scope="module")
def send(target: Target) -> Iterator[Sender]:
    with Graph(target) as graph:
        wipe(graph)
        samples = [
            ordered(MODEL.labels["Sample"], {"id": f"sample:s:T:{n}", "name": name})
            for n, name in enumerate(NAMES)
        ]
        graph.write(statements.upsert_nodes("Sample"), {"rows": samples})
        datasets = [
            ordered(
                MODEL.labels["Dataset"],
                {
                    "id": f"dataset:s:T:{n}",
                    "numberOfImages": n,
                    "wavelength": float(n),
                    "zoneAssumed": n % 2 == 0,
                    "startTime": f"201{n}-01-01T00:00:00.000Z",
                },
            )
            for n in range(6)
        ]
        graph.write(statements.upsert_nodes("Dataset"), {"rows": datasets})
    with asyncio.Runner() as runner:
        opened = runner.run(AsyncGraph.open(target))
        yield Sender(runner, opened)
        runner.run(opened.close())
    with Graph(target) as graph:
        wipe(graph)


CASES: list[tuple[str, list[dict[str, Any]], list[Any]]] = [
    (
        "query ($a: String!) { samples(where: {name: {in: [$a]}}) { totalCount } }",
        [{"a": "plain"}, {"a": "nope"}, {"a": "a"}],
        [1, 0, 1],
    ),
    (
        "query ($a: Long!) { datasets(where: {numberOfImages: {in: [1, $a]}}) { totalCount } }",
        [{"a": 2}, {"a": 1}, {"a": 77}],
        [2, 1, 1],
    ),
    (  # F01 as it was sent: every Int is a Long
        "query ($a: Int!) { datasets(where: {numberOfImages: {in: [1, $a]}}) { totalCount } }",
        [{"a": 2}, {"a": 1}, {"a": 77}],
        [2, 1, 1],
    ),
    (
        "query ($a: [Int!] = [3]) { datasets(where: {numberOfImages: {in: $a}}) { totalCount } }",
        [{}, {"a": [1, 2]}, {"a": 5}],
        [1, 2, 1],
    ),
    (
        "query ($a: String!) { samples(where: {and: [{name: {eq: $a}}]}) { totalCount } }",
        [{"a": "plain"}, {"a": "nope"}],
        [1, 0],
    ),
    (
        "query ($a: String!) { samples(where: {not: {or: {name: {eq: $a}}}}) { totalCount } }",
        [{"a": "plain"}, {"a": "nope"}],
        [5, 6],
    ),
    (
        "query ($a: SampleFilter!) { samples(where: {or: [$a, {name: {eq: \"a\"}}]}) { totalCount } }",
        [{"a": {"name": {"eq": "plain"}}}, {"a": {"name": {"in": "5"}}}, {"a": {"name": {"eq": "a"}}}],
        [2, 2, 1],
    ),
    (
        "query ($a: [String!]!) { samples(where: {name: {in: $a}}) { totalCount } }",
        [{"a": "plain"}, {"a": ["a", "5"]}, {"a": []}],
        [1, 2, 0],
    ),
    (
        "query ($a: Float!) { datasets(where: {wavelength: {in: [$a, 0.5]}}) { totalCount } }",
        [{"a": 1}, {"a": 1.5}, {"a": 2.0}],
        [1, 0, 1],
    ),
    (
        "query ($a: Boolean!) { datasets(where: {zoneAssumed: {eq: $a}, numberOfImages: {lt: 3}})"
        " { totalCount } }",
        [{"a": True}, {"a": False}],
        [2, 1],
    ),
    (
        "query ($a: Instant!) { datasets(where: {startTime: {in: [$a]}}) { totalCount } }",
        [{"a": "2011-01-01T01:00:00+01:00"}, {"a": "2019-01-01T00:00:00Z"}],
        [1, 0],
    ),
    (
        'query ($a: String = "plain") { samples(where: {name: {in: [$a]}}) { totalCount } }',
        [{}, {"a": "nope"}, {}],
        [1, 0, 1],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sets", "totals"), CASES)
def test_a_value_keeps_its_origin_however_it_is_wrapped(
    send: Sender, text: str, sets: list[dict[str, Any]], totals: list[int]
) -> None:
    again, fresh, plans = send(text, sets)
    assert [next(iter(data.values()))["totalCount"] for data in again] == totals
    assert again == fresh
    if "SampleFilter" not in text:
        assert plans == 1


def test_ids_in_a_written_list_are_read_anew(send: Sender) -> None:
    text = 'query ($a: ID!, $b: ID!) { nodes(ids: [$a, "sample:s:T:0", $b]) { id } node(id: $b) { id } }'
    sets = [
        {"a": f"sample:s:T:{a}", "b": f"dataset:s:T:{b}"} for a, b in ((1, 2), (3, 4), (77, 5), (2, 2))
    ]  # fmt: skip
    again, fresh, plans = send(text, sets)
    assert again == fresh
    assert [item and item["id"] for item in again[2]["nodes"]] == [
        None,
        "sample:s:T:0",
        "dataset:s:T:5",
    ]
    assert plans == 1


def test_directives_take_their_variables_anew(send: Sender) -> None:
    text = (
        "query ($a: Boolean!, $b: Boolean = true) { samples(first: 1) { totalCount @include(if: $a) "
        "nodes { id ... on Sample @skip(if: $b) { name } } } }"
    )
    sets = [{"a": a, "b": b} for a in (True, False) for b in (True, False)] + [{"a": True}]
    again, fresh, _ = send(text, sets)
    assert again == fresh
    assert ["totalCount" in data["samples"] for data in again] == [True, True, False, False, True]
    assert ["name" in data["samples"]["nodes"][0] for data in again] == [
        False, True, False, True, False,
    ]  # fmt: skip


LEAVES = {
    "String": st.sampled_from(NAMES),
    "Long": st.integers(-1, 6),
    "Float": st.integers(-1, 6) | st.floats(0, 6),
    "Boolean": st.booleans(),
    "Instant": st.sampled_from(("2011-01-01T01:00:00+01:00", "2012-01-01T00:00:00Z")),
    "ID": st.integers(0, 6) | st.sampled_from(("dataset:s:T:1", "dataset:s:T:2")),
}
PLACES = {
    "String": "name", "Long": "numberOfImages", "Float": "wavelength", "Boolean": "zoneAssumed",
    "Instant": "startTime", "ID": "id",
}  # fmt: skip
WRAPS = (
    "{%s: {eq: $a}}", "{%s: {in: [$a]}}", "{%s: {in: $a}}", "{and: [{%s: {eq: $a}}]}",
    "{or: {%s: {ne: $a}}}", "{not: {%s: {in: [$a, $b]}}}", "{or: [{%s: {in: $l}}, {%s: {eq: $b}}]}",
    "{sources: {none: {%s: {eq: $a}}}}", "$w", "{and: [$w]}", "{and: $m}", "{%s: $c}",
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A document with variables where a value can stand, and three sets of their values."""
    kind = draw(st.sampled_from(sorted(LEAVES)))
    wrap = draw(st.sampled_from([w for w in WRAPS if kind != "Boolean" or "in:" not in w]))
    place, leaf = PLACES[kind], LEAVES[kind]
    wanted = "String" if kind == "ID" else kind
    values = leaf.map(str) if kind == "ID" else leaf
    where = wrap.replace("%s", place)
    filters = st.fixed_dictionaries({place: st.fixed_dictionaries({"eq": values})})
    types = {
        "a": (f"[{wanted}!]!" if "in: $a" in where else f"{wanted}!", values),
        "b": (f"{wanted}!", values),
        "l": (f"[{wanted}!]!", st.lists(values, max_size=3) | values),
        "w": ("DatasetFilter!", filters),
        "m": ("[DatasetFilter!]!", filters | st.lists(filters, max_size=2)),
        "c": (f"{wanted}Filter!", st.fixed_dictionaries({"ne": values})),
        "i": ("[ID!]!", st.lists(LEAVES["ID"], max_size=3) | LEAVES["ID"]),
        "n": ("Int", st.none() | st.integers(0, 4)),
        "o": ("DatasetOrder", st.sampled_from(("ID_ASC", "NAME_DESC"))),
        "d": ("Boolean!", st.booleans()),
    }
    used = {name: told for name, told in types.items() if f"${name}" in where or name in "inod"}
    head = ", ".join(f"${name}: {told[0]}" for name, told in used.items())
    text = (
        f"query ({head}) {{ datasets(first: $n, orderBy: $o, where: {where}) {{ totalCount "
        "pageInfo { hasNextPage } nodes { id @include(if: $d) numberOfImages } } "
        "nodes(ids: $i) { id } }"
    )
    one = st.fixed_dictionaries({name: told[1] for name, told in used.items()})
    return text, draw(st.lists(one, min_size=3, max_size=3))


@settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(case=documents())
def test_one_server_answers_as_a_fresh_one_does(
    send: Sender, case: tuple[str, list[dict[str, Any]]]
) -> None:
    text, sets = case
    again, fresh, _ = send(text, [*sets, sets[0]])
    assert again == fresh


@pytest.mark.parametrize("kind", ["Float", "String", "Boolean", "[Int]"])
def test_of_other_types_only_int_stands_where_long_is_taken(kind: str) -> None:
    text = (
        f"query ($a: {kind}) {{ datasets(where: {{numberOfImages: {{eq: $a}}}}) {{ totalCount }} }}"
    )
    errors = validate(SCHEMA._schema, parse(text), RULES)
    assert [error.message for error in errors] == [
        f"Variable '$a' of type '{kind}' used in position expecting type 'Long'."
    ]
