"""What a document asks for, fragments spread and directives applied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is asked for: its response key, its name and its arguments.

    `nodes` are all places of the document that ask for it; their selections are one.
    """

    key: str
    name: str
    arguments: Mapping[str, Any]
    type: GraphQLNamedType
    nodes: tuple[FieldNode, ...]


class Document:
    """A validated document with its variables, read by type.

    Parameters
    ----------
    variables
        Coerced values; those of `graph.resolvers.binding` keep their paths.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self.schema = schema
        self._fragments = fragments
        self._variables = variables

    def fields(
        self, parent: GraphQLObjectType, sets: Sequence[SelectionSetNode | None]
    ) -> list[Field]:
        """The fields asked of an object type, those of one response key taken together."""
        grouped: dict[str, list[FieldNode]] = {}
        for one in sets:
            if one is not None:
                for node in self._collect(parent, one):
                    key = node.alias.value if node.alias else node.name.value
                    grouped.setdefault(key, []).append(node)
        return [self._field(parent, key, nodes) for key, nodes in grouped.items()]

    def below(self, parent: GraphQLObjectType, field: Field) -> list[Field]:
        """The fields asked of an object type below a field."""
        return self.fields(parent, [node.selection_set for node in field.nodes])

    def object(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)  # noqa: S101
        return found

    def conditions(self, field: Field) -> set[str]:
        """The object types that inline fragments and spreads below a field name."""
        names: set[str] = set()
        for node in field.nodes:
            if node.selection_set is not None:
                self._named(node.selection_set, names)
        return names

    def _named(self, selection: SelectionSetNode, names: set[str]) -> None:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                continue
            part = self._part(node)
            condition = part.type_condition
            if condition is not None:
                kind = self.schema.type_map[condition.name.value]
                if isinstance(kind, GraphQLObjectType):
                    names.add(kind.name)
            self._named(part.selection_set, names)

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        if name.startswith("__"):
            return Field(key, name, {}, self.schema.type_map["String"], tuple(nodes))
        definition = parent.fields[name]
        arguments = get_argument_values(definition, nodes[0], self._variables)
        return Field(key, name, arguments, get_named_type(definition.type), tuple(nodes))

    def _collect(self, parent: GraphQLObjectType, one: SelectionSetNode) -> Iterator[FieldNode]:
        for node in one.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            part = self._part(node)
            if self._applies(parent, part):
                yield from self._collect(parent, part.selection_set)

    def _part(self, node: SelectionNode) -> FragmentDefinitionNode | InlineFragmentNode:
        """The fragment that a selection other than a field stands for."""
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value]
        if isinstance(node, InlineFragmentNode):
            return node
        raise TypeError(f"{node.kind} is no fragment")

    def _included(self, node: SelectionNode) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (include and not include["if"])

    def _applies(
        self, parent: GraphQLObjectType, part: FragmentDefinitionNode | InlineFragmentNode
    ) -> bool:
        if part.type_condition is None:
            return True
        kind = self.schema.type_map[part.type_condition.name.value]
        if kind is parent:
            return True
        return is_abstract_type(kind) and self.schema.is_sub_type(kind, parent)
