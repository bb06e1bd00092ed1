"""What shapes a plan: labels and structure, never an id, a literal or a client's spelling."""

import pytest
from graphql import get_operation_ast, parse

from graph.engine import EMBEDDED, NEO4J, Dialect
from graph.resolvers.cache import BESIDE, Cache, Plans
from tests.resolvers.documents import compiled, compiled_with

IDS = [f"dataset:s:T:{n}" for n in range(100)]
BY_ID = (
    "query ($id: ID!) { node(id: $id) { id ... on Dataset { kind } } }",
    "query ($id: ID!) { nodes(ids: [$id]) { id } }",
    "query ($id: ID!) { lineage(id: $id) { nodes { node { id } } } }",
)


@pytest.mark.parametrize("dialect", [NEO4J, EMBEDDED], ids=lambda item: item.name)
@pytest.mark.parametrize("text", BY_ID)
def test_a_hundred_ids_of_one_label_are_one_plan(text: str, dialect: Dialect) -> None:
    plans = Plans(10**9)
    made = set()
    for identity in IDS:
        if plans.find(text, {"id": identity}) is None:
            plan = compiled_with(text, dialect, {"id": identity})
            plans.keep(text, plan)
            made.add(plan.text)
    assert len(plans) == len(made) == 1
    assert plans.find(text, {"id": "sample:s:T:1"}) is None


def test_many_ids_are_one_plan_whatever_their_number_and_order() -> None:
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    plans = Plans(10**9)
    plans.keep(text, compiled_with(text, NEO4J, {"ids": ["dataset:a:b:1", "sample:a:b:1"]}))
    for ids in (["sample:a:b:2", "dataset:a:b:9"], ["dataset:a:b:3"] * 9 + ["sample:a:b:3"] * 3):
        plan = plans.find(text, {"ids": ids})
        assert plan is not None
        bound = plan.bind({"ids": ids})
        assert len(ids) in bound.values()
    assert plans.find(text, {"ids": ["dataset:a:b:1"]}) is None


def every_text(text: str, dialect: Dialect) -> list[str]:
    plan = compiled(text, dialect)
    walks = [told for walk in plan.walks for told in (walk.start, *walk.steps.values())]
    return [plan.text, *(keys.text for keys in plan.keys), *walks]


SPELLINGS = [
    (
        "{ samples(first: 2) { totalCount nodes { id name datasets(first: 3) { nodes { kind } } } } }",
        '{ x: samples(first: 9) { t: totalCount nodes: nodes { name: id id: name b: datasets(first: 1)'
        " { i: nodes { s: kind } } } } }",
    ),
    (
        '{ node(id: "dataset:a:b:1") { __typename id ... on Dataset { statistics { shell rMerge } } } }',
        '{ q: node(id: "dataset:c:d:2") { id: __typename x: id ... on Dataset { y: statistics '
        "{ rMerge: shell shell: rMerge } } } }",
    ),
    (
        '{ lineage(id: "dataset:a:b:1") { nodes { node { id name } } edges { type } } }',
        '{ nodes: lineage(id: "dataset:c:d:2") { n: nodes { depth: node { name: id id: name } } '
        "e: edges { from: type } } }",
    ),
    (
        '{ samples(where: {name: {eq: "a"}, barcode: {in: ["b"]}}) { totalCount } }',
        '{ samples(where: {barcode: {in: ["c", "d"]}, name: {eq: "z"}}) { n: totalCount } }',
    ),
    (
        '{ source(system: "a", table: "b", key: "c") { record { id } entities { id } } }',
        '{ record: source(system: "d", table: "e", key: "f") { id: record { x: id } y: entities { z: id } } }',
    ),
]  # fmt: skip


@pytest.mark.parametrize("dialect", [NEO4J, EMBEDDED], ids=lambda item: item.name)
@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_aliases_and_literals_do_not_enter_the_text(one: str, other: str, dialect: Dialect) -> None:
    assert get_operation_ast(parse(other)) is not None
    assert every_text(one, dialect) == every_text(other, dialect)


def test_a_cache_is_bounded_in_bytes() -> None:
    cache = Cache(10 * BESIDE)
    for number in range(100):
        cache.keep(number, number, BESIDE)
        assert cache.weight <= 10 * BESIDE
    assert len(cache) == 10
    assert cache.find(90) == 90
    cache.keep(100, 100, 9 * BESIDE)
    assert cache.find(90) == 90
    assert cache.find(99) is None
    cache.keep("too much", 1, 11 * BESIDE)
    assert cache.find("too much") is None
