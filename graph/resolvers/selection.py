"""What a document asks for, fragments spread and directives applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    visit,
)
from graphql.execution.values import VariableValues

from graph.resolvers.arguments import Arguments
from graph.resolvers.binding import Given, Parameters

CONDITIONS = {"skip": GraphQLSkipDirective, "include": GraphQLIncludeDirective}


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is asked for: its response key, its name and its arguments.

    `nodes` are all places of the document that ask for it; their selections are one.
    """

    key: str
    name: str
    arguments: Mapping[str, Given]
    type: GraphQLNamedType
    nodes: tuple[FieldNode, ...]


class Document:
    """A validated document with its variables, read by type.

    Parameters
    ----------
    variables
        Coerced values. What is seen of them is kept in `parameters`.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self.schema = schema
        self._fragments = fragments
        self.parameters = Parameters()
        self._arguments = Arguments(variables, self.parameters)

    def settle(self, operation: OperationDefinitionNode) -> None:
        """Look at every condition of the document now, for some are met when a plan answers."""
        for part in (operation, *self._fragments.values()):
            visit(part, _Directives(self._holds))

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
        arguments = self._arguments.read(definition, nodes[0])
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
        return all(self._holds(directive) for directive in node.directives or ())

    def _holds(self, directive: DirectiveNode) -> bool:
        definition = CONDITIONS.get(directive.name.value)
        if definition is None:
            return True
        said = self.parameters.fix(self._arguments.read(definition, directive)["if"])
        return bool(said) is (definition is GraphQLIncludeDirective)

    def _applies(
        self, parent: GraphQLObjectType, part: FragmentDefinitionNode | InlineFragmentNode
    ) -> bool:
        if part.type_condition is None:
            return True
        kind = self.schema.type_map[part.type_condition.name.value]
        if kind is parent:
            return True
        return is_abstract_type(kind) and self.schema.is_sub_type(kind, parent)


class _Directives(Visitor):
    def __init__(self, meet: Callable[[DirectiveNode], bool]) -> None:
        super().__init__()
        self._meet = meet

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self._meet(node)
