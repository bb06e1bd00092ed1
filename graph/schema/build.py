"""Put the schema together."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from graph.model import Model
from graph.schema.compatible import tell_what_is_known
from graph.schema.desk import desk_mutations, desk_queries
from graph.schema.fields import from_answer, list_of
from graph.schema.inputs import Inputs
from graph.schema.names import plural
from graph.schema.scalars import SCALARS
from graph.schema.types import Entity, Node, Types, object_type


@strawberry.enum(description="Which way to follow provenance.")
class Direction(Enum):
    """Which way to follow provenance."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


@strawberry.enum(description="Why a lineage goes no further than a node.")
class Stop(Enum):
    """Why a lineage goes no further than a node."""

    ORIGIN = "origin"
    UNKNOWN = "unknown"
    DEPTH = "depth"


def build_schema(model: Model, *, decisions: bool = False) -> strawberry.Schema:
    """The GraphQL schema of a model.

    Parameters
    ----------
    decisions
        Whether a person may decide which records are one thing, and foresee what would come of it;
        else there are no mutations.
    """
    inputs = Inputs(model)
    types = Types(model, inputs)
    query = object_type(
        type("Query", (), {}), _roots(model, types, decisions=decisions), "Read the graph."
    )
    mutation = object_type(
        type("Mutation", (), {}),
        desk_mutations(),
        "A person's word on what is one thing.",
    )
    schema = strawberry.Schema(
        query=query,
        mutation=mutation if decisions else None,
        types=list(types.objects.values()),
        config=StrawberryConfig(auto_camel_case=False, scalar_map=SCALARS),
    )
    tell_what_is_known(schema._schema)
    return schema


def _roots(model: Model, types: Types, *, decisions: bool) -> dict[str, Any]:
    fields = {
        "node": from_answer(
            "node",
            Node | None,
            "What an id stands for: that of an entity, or of any record that describes one.",
            {"id": strawberry.ID},
        ),
        "nodes": from_answer(
            "nodes",
            list[Node | None],
            "What many ids stand for, in their order; null where one stands for nothing.",
            {"ids": list[strawberry.ID]},
        ),
        "lineage": from_answer(
            "lineage",
            _lineage() | None,
            "Where a thing comes from, or what came of it. Depth counts entities. Downstream a "
            "lineage goes on to the members of a thing, as from a visit to its datasets; what came "
            "of a visit as a whole, such as its publication, is not followed from a dataset of it.",
            {"id": strawberry.ID, "direction": Direction | None, "depth": int | None},
        ),
        "source": from_answer(
            "source",
            _source(types) | None,
            "What a row of a legacy database has become.",
            {"system": str, "table": str, "key": str},
        ),
    }
    fields |= desk_queries(decisions=decisions)
    for label in model.labels.values():
        name = plural(label.name)
        connection = types.connections[label.name]
        arguments = types.page_arguments(label.name)
        fields[name] = from_answer(name, connection, label.description, arguments)
    return fields


def _lineage() -> Any:
    node = object_type(
        type("LineageNode", (), {}),
        {
            "depth": from_answer("depth", int, "Entities between it and the start."),
            "node": from_answer("node", Entity, "The thing."),
            "stop": from_answer(
                "stop",
                Stop | None,
                "Why the lineage goes no further here: an origin, nothing known, or the depth.",
            ),
        },
        "A thing of a lineage.",
    )
    edge = object_type(
        type("LineageEdge", (), {}),
        {
            "type": from_answer("type", str, "The relation; it reads from -> to."),
            "from": from_answer("from", strawberry.ID, "Id of the thing that depends."),
            "to": from_answer("to", strawberry.ID, "Id of the thing it depends on."),
            "basis": from_answer("basis", str | None, "Asserted, reported or inferred."),
            "rule": from_answer("rule", str | None, "The mapping rule that gave it."),
            "by": from_answer("by", list[str] | None, "Records that support it."),
        },
        "A relation of a lineage.",
    )
    return object_type(
        type("Lineage", (), {}),
        {
            "nodes": from_answer("nodes", list_of(node), "The start and what was found, by depth."),
            "edges": from_answer("edges", list_of(edge), "Every relation that was followed."),
            "complete": from_answer(
                "complete",
                bool,
                "Whether nothing was cut off: all that is known is there, members included.",
            ),
        },
        "Provenance of a thing as nodes and relations.",
    )


def _source(types: Types) -> Any:
    return object_type(
        type("Source", (), {}),
        {
            "id": from_answer("id", strawberry.ID, "Id of the record that answers."),
            "folded": from_answer(
                "folded", bool, "Whether the row only details the record that answers."
            ),
            "record": from_answer(
                "record", types.objects["SourceRecord"], "The row, or the row it details."
            ),
            "entities": from_answer("entities", list[Entity], "What that row describes."),
        },
        "What a row of a legacy database has become.",
    )
