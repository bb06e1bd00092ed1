"""The tree of an answer as the response: keys in order, scalars serialised, nulls checked.

graphql-core does the same for any schema, forty times slower (`reference/anchors.md`);
the tests hold the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    is_abstract_type,
)

from graph.resolvers.plan import TYPE
from graph.resolvers.selection import Document, Field

Shape = Callable[[Any], Any]


class UnexpectedNull(ValueError):
    """A field that is never null was: graphql-core knows how to answer that."""


def object_shape(document: Document, kind: GraphQLObjectType, fields: Sequence[Field]) -> Shape:
    """The shape of the fields asked of an object type."""
    steps: list[tuple[str, Shape]] = []
    for field in fields:
        if field.name == "__typename":
            steps.append((field.key, _constant(kind.name)))
        else:
            shape = _shape(document, kind.fields[field.name].type, field)
            steps.append((field.key, shape))

    def shaped(tree: dict[str, Any]) -> dict[str, Any]:
        return {key: shape(tree.get(key)) for key, shape in steps}

    return shaped


def _shape(document: Document, kind: GraphQLOutputType, field: Field) -> Shape:
    if isinstance(kind, GraphQLNonNull):
        return _never_null(_shape(document, kind.of_type, field), field.name)
    if isinstance(kind, GraphQLList):
        return _each(_shape(document, kind.of_type, field))
    if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
        return _leaf(kind)
    if is_abstract_type(kind):
        return _abstract(document, field)
    if not isinstance(kind, GraphQLObjectType):
        raise TypeError(f"{kind} has no shape")
    return _nullable(object_shape(document, kind, document.below(kind, field)))


def _constant(value: str) -> Shape:
    return lambda _: value


def _nullable(shape: Shape) -> Shape:
    return lambda value: None if value is None else shape(value)


def _never_null(shape: Shape, name: str) -> Shape:
    def checked(value: Any) -> Any:
        found = shape(value)
        if found is None:
            raise UnexpectedNull(name)
        return found

    return checked


def _each(shape: Shape) -> Shape:
    return lambda value: None if value is None else [shape(item) for item in value]


def _leaf(kind: GraphQLScalarType | GraphQLEnumType) -> Shape:
    serialize = kind.serialize
    if kind.name in ("String", "ID", "Instant"):
        return lambda value: value if value is None or type(value) is str else serialize(value)
    return lambda value: None if value is None else serialize(value)


def _abstract(document: Document, field: Field) -> Shape:
    shapes: dict[str, Shape] = {}

    def shaped(value: Any) -> Any:
        if value is None:
            return None
        name = value[TYPE]
        if name not in shapes:
            kind = document.object(name)
            shapes[name] = object_shape(document, kind, document.below(kind, field))
        return shapes[name](value)

    return shaped
