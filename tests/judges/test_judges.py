"""Three answers decide whether a document is right.

The compiled one; the same plan's rows through graphql-core, equal to the byte after one
encoder; and that of the naive evaluator. Generated documents over generated graphs feed all
three, on both engines, with and without a predicate that hides half of the graph. Each is sent
several times with other values to one server.
"""

import asyncio
import os
import random
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import get_operation_ast, parse

from graph.access import Caller, Visible, everybody
from graph.engine import AsyncGraph, Graph, Target
from graph.model import default_model
from graph.resolvers import Api
from graph.resolvers.core import through_core
from graph.schema import build_schema
from migrators.load import statements
from migrators.load.load import ordered
from tests.conftest import wipe
from tests.judges.generate import Asked, Documents
from tests.judges.naive import Naive, RefusedNull, World
from tests.judges.worlds import world_of

MODEL = default_model()
SCHEMA = build_schema(MODEL)
IN_TEST = {"embedded": 200, "neo4j": 36}
"""A document that Neo4j has not seen costs it seconds to plan; each is sent several times."""
IN_FUZZ = 10_000
DOCUMENTS_A_WORLD = 20
HIDDEN, SHOWN = "13579", "02468"


def hides_half(variable: str, label: str, caller: Caller) -> str:
    """Hides every node whose id ends with an odd digit."""
    _ = label, caller
    return " AND ".join(f"NOT {variable}.id ENDS WITH '{digit}'" for digit in HIDDEN)


def shows_half(variable: str, label: str, caller: Caller) -> str:
    """The same, as a predicate that undoes what it is joined with, unless it is kept together."""
    _ = label, caller
    seen = " OR ".join(f"{variable}.id ENDS WITH '{digit}'" for digit in SHOWN)
    return f"{seen} or {variable}.id = ''"


POLICIES: tuple[Visible, ...] = (shows_half, everybody, hides_half)


def put(graph: Graph, world: World) -> None:
    """Load a generated graph with the loader's own statements."""
    wipe(graph)
    for label in MODEL.labels:
        rows = [
            ordered(MODEL.labels[label], world.nodes[item])
            for item, of in world.labels.items()
            if of == label
        ]
        graph.write(statements.upsert_nodes(label), {"rows": rows})
    kinds = {(e["type"], world.labels[e["from"]], world.labels[e["to"]]) for e in world.edges}
    for kind in sorted(kinds):
        rows = [
            {
                "from": edge["from"],
                "to": edge["to"],
                "properties": {
                    key: value for key, value in edge.items() if key not in ("from", "to", "type")
                },
            }
            for edge in world.edges
            if (edge["type"], world.labels[edge["from"]], world.labels[edge["to"]]) == kind
        ]
        graph.write(statements.upsert_edges(*kind), {"rows": rows})


def difference(ours: Any, naive: Any, path: str = "") -> str | None:
    """Where two answers first differ."""
    if isinstance(ours, dict) and isinstance(naive, dict) and set(ours) == set(naive):
        pairs = [(f"{path}.{key}", ours[key], naive[key]) for key in ours]
    elif isinstance(ours, list) and isinstance(naive, list) and len(ours) == len(naive):
        pairs = [(f"{path}[{n}]", a, b) for n, (a, b) in enumerate(zip(ours, naive, strict=True))]
    else:
        return None if ours == naive else f"{path}: ours {ours!r}, naive {naive!r}"
    return next((found for at, a, b in pairs if (found := difference(a, b, at))), None)


class Court:
    """Judges documents over one world on one engine."""

    def __init__(self, target: Target, world: World, visible: Visible) -> None:
        self.target = replace(target, timeout=600.0)  # a busy machine plans slowly
        self.world = world
        self.visible = visible
        self.naive = Naive(
            MODEL, world, lambda item: visible is everybody or item[-1] not in HIDDEN
        )

    async def judge(self, documents: list[Asked]) -> None:
        """Every document is sent several times, with other values, to one server."""
        graph = await AsyncGraph.open(self.target)
        try:
            api = Api(SCHEMA, MODEL, graph, visible=self.visible)
            for asked in documents:
                for variables in asked.sets:
                    await self._one(api, asked.text, variables)
        finally:
            await graph.close()

    async def _one(self, api: Api, text: str, variables: dict[str, Any]) -> None:
        told = await api.answer(text, variables)
        try:
            expected = self.naive.answer(text, variables)
        except RefusedNull:
            assert told.data is None
            assert "exists" in told.errors[0].message
            return
        assert not told.errors, f"{text}\n{variables}\n{told.errors}"
        where = difference(told.data, expected)
        assert where is None, f"{text}\n{variables}\n{where}"
        compiled = orjson.dumps(told.data)
        assert compiled == orjson.dumps(expected), "the keys are not in the document's order"
        core = orjson.dumps(await self._through_core(api, text, variables))
        assert compiled == core, f"graphql-core answers otherwise: {text}\n{variables}"

    async def _through_core(self, api: Api, text: str, variables: dict[str, Any]) -> Any:
        """By graphql-core, over the rows of a plan that has served nobody else."""
        document = parse(text)
        node = get_operation_ast(document)
        assert node is not None
        values = api._variables(node, variables)
        plan = api.compile(document, node, values)
        tree, _ = await api._ask(plan, values.coerced)
        result = through_core(api.schema, document, node, tree, variables)
        assert not result.errors, result.errors
        return result.data


def judge(target: Target, seed: int, count: int) -> None:
    print(f"\nseed {seed}: {count} documents on {target.user}'s engine")
    for number in range(0, count, DOCUMENTS_A_WORLD):
        world = world_of(MODEL, seed + number)
        visible = POLICIES[(number // DOCUMENTS_A_WORLD) % len(POLICIES)]
        with Graph(target) as graph:
            put(graph, world)
        court = Court(target, world, visible)
        writer = Documents(MODEL, world, random.Random(seed + number), court.naive.sees)
        documents = [writer.one() for _ in range(min(DOCUMENTS_A_WORLD, count - number))]
        asyncio.run(court.judge(documents))


def test_three_answers_agree_on_generated_documents(
    target: Target, request: pytest.FixtureRequest
) -> None:
    judge(target, 20261123, IN_TEST[request.node.callspec.params["target"]])


@pytest.mark.fuzz
def test_three_answers_agree_at_length(target: Target) -> None:
    seed = int(os.environ.get("BEAMGRAPH_FUZZ_SEED", random.SystemRandom().randint(1, 10**9)))
    judge(target, seed, int(os.environ.get("BEAMGRAPH_FUZZ_DOCUMENTS", IN_FUZZ)))
