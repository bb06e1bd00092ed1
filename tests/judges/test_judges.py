"""Three answers decide whether a document is right.

The compiled one; the same plan's rows through graphql-core, equal to the byte after one
encoder; and that of the naive evaluator. Generated documents over generated graphs feed all
three, on both engines, with and without a predicate that hides half of the graph.
"""

import asyncio
import os
import random
from typing import Any

import orjson
import pytest
from graphql import get_operation_ast, parse

from graph.access import Caller, everybody
from graph.engine import AsyncGraph, Graph, Target
from graph.model import default_model
from graph.resolvers import Api
from graph.resolvers.core import through_core
from graph.schema import build_schema
from migrators.load import statements
from migrators.load.load import ordered
from tests.conftest import wipe
from tests.judges.generate import Asked, Documents, world_of
from tests.judges.naive import Naive, World

MODEL = default_model()
SCHEMA = build_schema(MODEL)
IN_TEST = {"embedded": 500, "neo4j": 100}
"""A document that Neo4j has not seen costs it most of a second to plan."""
IN_FUZZ = 10_000
DOCUMENTS_A_WORLD = 50
HIDDEN = "13579"


def hides_half(variable: str, label: str, caller: Caller) -> str:
    """Hides every node whose id ends with an odd digit."""
    _ = label, caller
    return " AND ".join(f"NOT {variable}.id ENDS WITH '{digit}'" for digit in HIDDEN)


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

    def __init__(self, target: Target, world: World, *, half: bool) -> None:
        self.target = target
        self.world = world
        self.half = half
        self.naive = Naive(MODEL, world, lambda item: not (half and item[-1] in HIDDEN))

    async def judge(self, documents: list[Asked]) -> None:
        graph = await AsyncGraph.open(self.target)
        try:
            visible = hides_half if self.half else everybody
            api = Api(SCHEMA, MODEL, graph, visible=visible)
            for asked in documents:
                await self._one(api, asked)
        finally:
            await graph.close()

    async def _one(self, api: Api, asked: Asked) -> None:
        told = await api.answer(asked.text, asked.variables)
        assert not told.errors, f"{asked}\n{told.errors}"
        compiled = orjson.dumps(told.data)
        core = orjson.dumps(await self._through_core(api, asked))
        assert compiled == core, f"graphql-core answers otherwise: {asked}"
        expected = self.naive.answer(asked.text, asked.variables)
        where = difference(told.data, expected)
        assert where is None, f"{asked.text}\n{asked.variables}\n{where}"
        assert compiled == orjson.dumps(expected), "the keys are not in the document's order"

    async def _through_core(self, api: Api, asked: Asked) -> Any:
        document = parse(asked.text)
        node = get_operation_ast(document)
        assert node is not None
        values = api._variables(node, asked.variables)
        plan = api._plan(asked.text, document, node, values, Caller("everybody"))
        tree, _ = await api._ask(plan, values.coerced)
        result = through_core(api.schema, document, node, tree, asked.variables)
        assert not result.errors, result.errors
        return result.data


def judge(target: Target, seed: int, count: int) -> None:
    print(f"\nseed {seed}: {count} documents on {target.user}'s engine")
    for number in range(0, count, DOCUMENTS_A_WORLD):
        world = world_of(MODEL, seed + number)
        half = (number // DOCUMENTS_A_WORLD) % 2 == 1
        with Graph(target) as graph:
            put(graph, world)
        court = Court(target, world, half=half)
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
