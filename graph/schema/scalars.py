"""Scalars beside those of GraphQL itself."""

from datetime import datetime
from typing import Any, NewType

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from graph.model import PropertyType
from graph.values import RANGES, in_range, instant_text


def parse_instant(value: Any) -> str:
    """An instant with a zone, as the fixed-width text that is stored and compared."""
    try:
        moment = datetime.fromisoformat(value)
        return instant_text(moment)
    except (TypeError, ValueError) as error:
        raise GraphQLError(
            f"{value!r} is no instant: write it with a zone, as in 2026-11-23T20:35:02Z"
        ) from error


def checked_long(value: Any) -> int:
    """A whole number that a client's JSON can hold exactly, whichever way it goes."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not in_range("long", value):
        low, high = RANGES["long"]
        raise GraphQLError(f"{value!r} is no whole number from {low} to {high}")
    return int(value)


def serialize_json(value: Any) -> Any:
    """Stored JSON text as the value it stands for."""
    return orjson.loads(value) if isinstance(value, str) else value


Instant = NewType("Instant", str)
Json = NewType("Json", object)
Long = NewType("Long", int)

SCALARS: dict[object, ScalarDefinition] = {
    Instant: strawberry.scalar(
        name="Instant",
        description="An instant in UTC, fixed width: 2026-11-23T20:35:02.000Z.",
        serialize=str,
        parse_value=parse_instant,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number from -2^53 to 2^53, such as a size in bytes: stored, answered "
        "and taken alike.",
        serialize=checked_long,
        parse_value=checked_long,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=serialize_json,
        parse_value=lambda value: value,
    ),
}

PYTHON_TYPES: dict[PropertyType, Any] = {
    "string": str,
    "int": int,
    "long": Long,
    "float": float,
    "boolean": bool,
    "instant": Instant,
    "json": Json,
    "strings": list[str],
}
"""The Python type that Strawberry reads for each type of a property."""
