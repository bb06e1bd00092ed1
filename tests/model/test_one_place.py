"""A new field is one entry in the model: everything else follows from it."""

import asyncio
from pathlib import Path

import pytest

from graph.engine import AsyncGraph, Graph, Target, create_constraints
from graph.engine.constraints import constraint_statements
from graph.model import Model, Property, default_model
from graph.model.document import model_document
from graph.resolvers import Api
from graph.schema import build_schema
from migrators.identity.nodes import finished
from migrators.identity.orders import register
from migrators.identity.settle import Settling
from migrators.identity.wanted import NO_EDGES, Wanted
from migrators.load import Load, State
from migrators.mapping.mapped import connect
from tests.conftest import wipe

COLOUR = Property(
    "colour", "string", sortable=True, description="Colour seen by eye, for this test alone."
)


@pytest.fixture
def model() -> Model:
    return default_model().with_property("Sample", COLOUR)


def test_constraints_schema_filter_and_documentation_follow(model: Model) -> None:
    assert any("by_colour" in text for text in constraint_statements(model))
    sdl = build_schema(model).as_str()
    sample = sdl[sdl.index("type Sample implements") :]
    assert "colour: String" in sample[: sample.index("\n}")]
    where = sdl[sdl.index("input SampleFilter") :]
    assert "colour: StringFilter" in where[: where.index("\n}")]
    order = sdl[sdl.index("enum SampleOrder") :]
    assert "COLOUR_DESC" in order[: order.index("\n}")]
    assert "Colour seen by eye, for this test alone." in model_document(model)
    before = default_model()
    assert not any("by_colour" in text for text in constraint_statements(before))
    assert "colour seen" not in build_schema(before).as_str().lower()


def test_the_loader_writes_it_and_a_document_finds_it(
    model: Model, target: Target, tmp_path: Path
) -> None:
    backend = connect(tmp_path)
    register(backend.con)
    settling = Settling(backend, Wanted.load(tmp_path / "wanted"), whole=True)
    rows = "FROM (VALUES ('sample:a:T:1', 'red'), ('sample:a:T:2', NULL)) t(id, colour)"
    settling.nodes("Sample", [finished(rows, ["colour"], model.labels["Sample"])], None)
    settling.edges([NO_EDGES], "true")
    wanted = settling.done({})
    with Graph(target) as graph:
        wipe(graph)
        create_constraints(graph, model)
        load = Load(graph, model, wanted, State.of(tmp_path, "one-place"), "run-1")
        load.write(lambda *_: None)
        load.settle()
        stored = graph.read("MATCH (n:Sample {id: 'sample:a:T:1'}) RETURN n.by_colour AS key")
        assert stored[0]["key"].startswith("0red")

    async def ask() -> object:
        opened = await AsyncGraph.open(target)
        try:
            query = '{ samples(where: {colour: {eq: "red"}}, orderBy: COLOUR_ASC) { nodes { colour } } }'
            return (await Api(build_schema(model), model, opened).answer(query)).data
        finally:
            await opened.close()

    assert asyncio.run(ask()) == {"samples": {"nodes": [{"colour": "red"}]}}
