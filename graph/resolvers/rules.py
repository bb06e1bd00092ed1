"""What a document may say: the rules of the specification, with one that is wider."""

from typing import Any

from graphql import (
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    ValidationContext,
    get_named_type,
    specified_rules,
)
from graphql.utilities import type_from_ast
from graphql.validation import VariablesInAllowedPositionRule


class IntWhereLongRule(VariablesInAllowedPositionRule):
    """A variable that is declared `Int` may also stand where `Long` is taken.

    Every `Int` is a `Long`. Counts were `Int` before they were found to be larger, and the
    documents of clients still say so.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(_Widened(context))  # type: ignore[arg-type]


class _Widened:
    """The context of a validation: to a variable of `Int` a place of `Long` is one of `Int`."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def get_recursive_variable_usages(self, operation: OperationDefinitionNode) -> list[Any]:
        """Every use of a variable, with the type that its place is told to have."""
        declared = {
            item.variable.name.value: type_from_ast(self._context.schema, item.type)
            for item in operation.variable_definitions or ()
        }
        return [
            usage._replace(type=_as_int(usage.type))
            if _is_int_like(declared.get(usage.node.name.value), usage.type)
            else usage
            for usage in self._context.get_recursive_variable_usages(operation)
        ]


def _is_int_like(declared: Any, place: Any) -> bool:
    """Whether a variable is an `Int`, or a list of them as deep as its place."""
    return get_named_type(declared) is GraphQLInt and str(declared).count("[") == str(place).count(
        "["
    )


def _as_int(kind: Any) -> Any:
    """The same type with `Int` for `Long`."""
    if isinstance(kind, GraphQLNonNull):
        return GraphQLNonNull(_as_int(kind.of_type))
    if isinstance(kind, GraphQLList):
        return GraphQLList(_as_int(kind.of_type))
    return GraphQLInt if getattr(kind, "name", "") == "Long" else kind


RULES = [
    IntWhereLongRule if rule is VariablesInAllowedPositionRule else rule for rule in specified_rules
]
"""What a document is held against before it runs."""
