"""A limit says which it is, and by how much it was passed."""

import asyncio
from typing import Any

import pytest

from graph.engine import AsyncGraph, Target
from graph.engine.watchdog import Watchdog
from graph.model import default_model
from graph.problem import Problem
from graph.resolvers import Api
from graph.schema import build_schema


def answer(target: Target, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    async def run() -> dict[str, Any]:
        graph = await AsyncGraph.open(target)
        try:
            api = Api(build_schema(default_model()), default_model(), graph)
            return (await api.answer(query, variables)).as_json()
        finally:
            await graph.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ samples(first: 1001) { totalCount nodes { id } } }", "1 over the limit of 1000 a page"),
        ("{ samples(first: -1) { nodes { id } } }", "first is -1; ask for 0 or more"),
        ("{ samples(first: 1, last: 1) { nodes { id } } }", "first and last were both given"),
        ('{ lineage(id: "dataset:a:b:1", depth: 51) { complete } }', "1 over the limit of 50"),
        ('{ samples(after: "nonsense") { nodes { id } } }', "does not fit the order"),
        ("{ samples { nodes { nope } } }", "Cannot query field 'nope'"),
        ("{ samples", "Syntax Error"),
        ("mutation { x }", "Cannot query field 'x'|not configured|not served|mutation"),
        ("query A { samples { totalCount } } query B { samples { totalCount } }", "operationName"),
    ],
)
def test_a_document_that_cannot_be_answered_says_why(
    embedded_target: Target, query: str, message: str
) -> None:
    told = answer(embedded_target, query)
    assert "data" not in told or told["data"] is None
    assert any(part in told["errors"][0]["message"] for part in message.split("|"))


def test_depth_and_rows_are_limited(embedded_target: Target) -> None:
    deep = "id"
    for _ in range(8):
        deep = f"id derivatives(first: 1) {{ nodes {{ {deep} }} }}"
    told = answer(embedded_target, f"{{ datasets {{ nodes {{ {deep} }} }} }}")
    assert "depth of the document" in told["errors"][0]["message"]
    wide = "id"
    for _ in range(3):
        wide = f"id derivatives(first: 1000) {{ nodes {{ {wide} }} }}"
    told = answer(embedded_target, f"{{ datasets(first: 1000) {{ nodes {{ {wide} }} }} }}")
    assert "rows the document could hold" in told["errors"][0]["message"]


def test_a_cursor_of_another_order_is_refused(embedded_target: Target) -> None:
    query = "query Q($after: String) { samples(after: $after, orderBy: NAME_ASC) { nodes { id } } }"
    told = answer(embedded_target, query, {"after": "U2FtcGxlIGlkIGFzYwp4"})
    assert "it is of the order 'Sample id asc'" in told["errors"][0]["message"]


@pytest.mark.parametrize("length", [0, 5_000])
def test_a_statement_over_its_time_is_ended(target: Target, length: int) -> None:
    """By the server on Neo4j, by our watchdog on the embedded engine, however long it is."""
    slow = "UNWIND range(1, 6000) AS a UNWIND range(1, 6000) AS b RETURN sum(a * b % 7) AS n"
    slow += " " * length
    hasty = Target(target.url, target.user, target.password, target.database, timeout=0.5)

    async def run() -> None:
        graph = await AsyncGraph.open(hasty)
        try:
            with pytest.raises(Problem, match=r"took longer than 0\.5 s"):
                await graph.read(slow, {})
            assert await graph.read("RETURN 1 AS one", {}) == [{"one": 1}]
        finally:
            await graph.close()

    asyncio.run(run())


def test_an_engine_without_timeouts_meets_few_texts(embedded_target: Target) -> None:
    """It keeps the plan of a text that it knows: one at a time are one, two at once are two."""

    async def run() -> None:
        graph = await AsyncGraph.open(embedded_target)
        watchdog = Watchdog(graph.driver, embedded_target.database)
        texts = []
        for _ in range(3):
            async with watchdog.over("RETURN 1", 60) as one:
                texts.append(one)
        async with watchdog.over("RETURN 1", 60) as one, watchdog.over("RETURN 1", 60) as other:
            texts += [one, other]
        await graph.close()
        assert len(set(texts)) == 2
        assert one != other

    asyncio.run(run())
