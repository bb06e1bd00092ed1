"""The slow path: graphql-core over a tree that is answered already."""

from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
)

from graph.resolvers.plan import TYPE


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core sees it; what a node is stands in the answer itself."""
    core: GraphQLSchema = schema._schema
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInterfaceType):
            kind.resolve_type = lambda value, *_: value[TYPE]
        elif isinstance(kind, GraphQLObjectType):
            kind.is_type_of = None
    return core


def through_core(
    schema: GraphQLSchema,
    document: DocumentNode,
    node: OperationDefinitionNode,
    tree: dict[str, Any],
    variables: Mapping[str, Any],
) -> ExecutionResult:
    """Answer with graphql-core, every field looking into the tree.

    The slow path: for introspection, for fields that cannot be compiled, and for an answer
    with an error in it.
    """
    result = execute(
        schema,
        document,
        root_value=tree,
        variable_values=dict(variables),
        operation_name=node.name.value if node.name else None,
        field_resolver=lambda value, info: value.get(info.path.key),
    )
    if not isinstance(result, ExecutionResult):
        raise TypeError("a resolver waited for something; none may")
    return result
