"""Arguments of fields and directives, read so that every part keeps its origin.

graphql-core coerces a list around a variable into a list that nobody can tell from a written
one. Here the written value is walked with its type; what stands in the variables is taken
from there, coerced already, with its path.
"""

from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLField,
    GraphQLInputType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    Visitor,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Undefined
from graphql.utilities import coerce_input_literal
from graphql.utilities.coerce_input_value import coerce_default_value

from graph.resolvers.binding import MISSING, NULL, Given, Parameters, traced


class Arguments:
    """Reads arguments with the variables of one request."""

    def __init__(self, variables: VariableValues, parameters: Parameters) -> None:
        self._variables = variables
        self._parameters = parameters

    def read(
        self, definition: GraphQLField | GraphQLDirective, node: FieldNode | DirectiveNode
    ) -> dict[str, Given]:
        """The arguments by name; one that has no value and no default is not there."""
        if not definition.args:
            return {}
        written = {item.name.value: item.value for item in node.arguments or ()}
        found: dict[str, Given] = {}
        for name, argument in definition.args.items():
            given = self._value(written[name], argument.type) if name in written else None
            if given is None or given.content is MISSING:
                given = _default(argument)
            if given is not None:
                found[name] = given
        get_argument_values(definition, node, self._variables)  # refuses what does not fit
        return found

    def _value(self, node: ValueNode, kind: GraphQLInputType) -> Given:
        if isinstance(node, VariableNode):
            return self._variable(node)
        if isinstance(node, NullValueNode):
            return NULL
        if is_non_null_type(kind):
            return self._value(node, kind.of_type)
        if is_list_type(kind):
            nodes = node.values if isinstance(node, ListValueNode) else (node,)
            return Given([self._value(item, kind.of_type) for item in nodes])
        if is_input_object_type(kind) and isinstance(node, ObjectValueNode):
            return self._object(node, kind)
        return self._leaf(node, kind)

    def _object(self, node: ObjectValueNode, kind: Any) -> Given:
        """Members in the schema's order, so that a document's order makes no other plan."""
        written = {item.name.value: item.value for item in node.fields}
        found: dict[str, Given] = {}
        for name, member in kind.fields.items():
            given = self._value(written[name], member.type) if name in written else None
            if given is None:
                given = _default(member)
            if given is not None:
                found[name] = given
        return Given(found)

    def _variable(self, node: VariableNode) -> Given:
        name = node.name.value
        given = traced(self._variables.coerced.get(name, MISSING), (name,))
        self._parameters.state(given)
        return given

    def _leaf(self, node: ValueNode, kind: GraphQLInputType) -> Given:
        inside = _Variables()
        visit(node, inside)
        for variable in inside.found:  # in a scalar's own list or object: known by value
            self._parameters.fix(self._variable(variable))
        return Given(coerce_input_literal(node, kind, self._variables))


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[VariableNode] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.found.append(node)


def _default(argument: GraphQLArgument | Any) -> Given | None:
    value = coerce_default_value(argument)
    return None if value is Undefined else traced(value)
