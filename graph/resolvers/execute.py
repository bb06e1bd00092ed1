"""Answer one request: parse, plan, ask the graph once, give the response its shape."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from graph.access import Caller, Everybody, Visible, everybody
from graph.engine import AsyncGraph
from graph.model import Model
from graph.problem import Problem
from graph.resolvers import desk
from graph.resolvers.cache import CACHE_BYTES, Cache, Plans, weight_of_document
from graph.resolvers.core import core_schema, through_core
from graph.resolvers.errors import INTERNAL, UNRESOLVED, coded, no_operation, of_problem
from graph.resolvers.limits import Limits, check
from graph.resolvers.operation import compile_plan, fragments
from graph.resolvers.plan import Plan
from graph.resolvers.roots import Locate, own_record
from graph.resolvers.rules import RULES
from graph.resolvers.runs import RunWatch
from graph.resolvers.selection import Document
from graph.resolvers.shape import UnexpectedNull
from graph.resolvers.walk import walk_levels


@dataclass(frozen=True, slots=True)
class Response:
    """What a request is answered with."""

    data: dict[str, Any] | None
    errors: list[GraphQLError] = field(default_factory=list)
    extensions: dict[str, Any] = field(default_factory=dict)
    executed: bool = False
    """Whether the operation was begun: then `data` is told even where it came to nothing."""

    def as_json(self) -> dict[str, Any]:
        """The response as the GraphQL specification writes it."""
        told: dict[str, Any] = {}
        if self.errors:
            told["errors"] = [error.formatted for error in self.errors]
        if self.data is not None or self.executed:
            told["data"] = self.data
        if self.extensions:
            told["extensions"] = self.extensions
        return told


class Api:
    """A schema over a graph.

    Parameters
    ----------
    locate
        What a row was folded into; handed in by whoever knows the migrations.
    desk_of
        Who answers for the migrations.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        model: Model,
        graph: AsyncGraph,
        *,
        visible: Visible = everybody,
        locate: Locate = own_record,
        desk_of: desk.Desk | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.schema = core_schema(schema)
        self.model = model
        self.graph = graph
        self.limits = limits or Limits()
        self._visible = visible
        self._locate = locate
        self._desk = desk_of
        self._documents = Cache(CACHE_BYTES)
        self.plans = Plans(CACHE_BYTES)
        self._runs = RunWatch(graph)

    async def answer(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        operation: str | None = None,
        caller: Caller = Everybody,
        *,
        writes: bool = False,
    ) -> Response:
        """Answer one document.

        Parameters
        ----------
        writes
            Whether it may change anything.
        """
        try:
            document = self._parsed(query)
            node = self._operation(document, operation, writes=writes)
            coerced = self._variables(node, variables or {})
            if node.operation is OperationType.MUTATION:
                return await self._write(document, node, coerced, variables or {})
            plan = self._plan(query, document, node, coerced, caller)
            begun = time.perf_counter()
            tree, statements = await self._ask(plan, coerced.coerced)
            tree |= {call.key: await desk.answer(self._desk, call) for call in plan.calls}
            data, errors = self._shaped(plan, tree, document, node, variables or {})
            told = await self._runs.told()
            cost = {"statements": statements, "ms": round((time.perf_counter() - begun) * 1e3, 3)}
            return Response(data, errors, {**told, "cost": cost}, executed=True)
        except Refused as refused:
            return Response(None, refused.errors)
        except Problem as problem:
            return Response(None, [of_problem(problem)])
        except GraphQLError as error:
            return Response(None, coded([error], "BAD_USER_INPUT"))

    def _parsed(self, query: str) -> DocumentNode:
        found = self._documents.find(query)
        if found is None:
            try:
                document = parse(query, max_tokens=20_000)
            except GraphQLSyntaxError as error:
                raise Refused(coded([error], "GRAPHQL_PARSE_FAILED")) from error
            errors = coded(validate(self.schema, document, RULES), "GRAPHQL_VALIDATION_FAILED")
            found = errors or document
            self._documents.keep(query, found, weight_of_document(query))
        if isinstance(found, list):
            raise Refused(found)  # never one that was raised before: it would hold every raise
        return found  # type: ignore[no-any-return]

    def _operation(
        self, document: DocumentNode, name: str | None, *, writes: bool
    ) -> OperationDefinitionNode:
        node = get_operation_ast(document, name or None)  # many clients send "" for none
        if node is None:
            raise Refused(coded([no_operation(document, name)], UNRESOLVED))
        if node.operation is OperationType.MUTATION and not writes:
            told = GraphQLError("a mutation is taken by POST as application/json")
            raise Refused(coded([told], "METHOD_NOT_ALLOWED"))
        if node.operation is OperationType.SUBSCRIPTION or (
            node.operation is OperationType.MUTATION and self.schema.mutation_type is None
        ):
            told = GraphQLError(f"a {node.operation.value} is not served here")
            raise Refused(coded([told], UNRESOLVED))
        return node

    async def _write(
        self,
        document: DocumentNode,
        node: OperationDefinitionNode,
        coerced: VariableValues,
        variables: Mapping[str, Any],
    ) -> Response:
        """One root field after the other, as they stand."""
        read = Document(self.schema, fragments(document), coerced)
        kind = self.schema.mutation_type
        fields = read.fields(kind, [node.selection_set]) if kind else []
        calls = [desk.call_of(read, item) for item in fields if item.name in desk.MUTATIONS]
        check("decisions", len(calls), self.limits.decisions)
        tree = {call.key: await desk.answer(self._desk, call) for call in calls}
        result = through_core(self.schema, document, node, tree, variables)
        errors = coded(result.errors or [], INTERNAL)
        return Response(result.data, errors, await self._runs.told(), executed=True)

    def _variables(self, node: OperationDefinitionNode, given: Mapping[str, Any]) -> VariableValues:
        found = get_variable_values(self.schema, node.variable_definitions or (), dict(given))
        if isinstance(found, list):
            raise Refused(coded(found, "BAD_USER_INPUT"))
        return found

    def _plan(
        self,
        query: str,
        document: DocumentNode,
        node: OperationDefinitionNode,
        variables: VariableValues,
        caller: Caller,
    ) -> Plan:
        key = (query, node.name.value if node.name else "", caller.kind)
        found = self.plans.find(key, variables.coerced)
        if found is None:
            found = self.compile(document, node, variables, caller)
            if found.reusable:
                self.plans.keep(key, found)
        return found

    def compile(
        self,
        document: DocumentNode,
        node: OperationDefinitionNode,
        variables: VariableValues,
        caller: Caller = Everybody,
    ) -> Plan:
        """The plan of one operation with these variables."""
        read = Document(self.schema, fragments(document), variables)
        return compile_plan(
            read, node, self.model, self.graph.dialect, self.limits, self._visible, caller,
            self._locate,
        )  # fmt: skip

    async def _ask(self, plan: Plan, variables: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        if not plan.roots:
            return {}, 0
        parameters = plan.bind(variables)
        # Each statement by itself: both engines read what is committed, in a transaction or not.
        ask, statements = self.graph.read, 1
        for keys in plan.keys:
            found = await ask(keys.text, parameters)
            parameters[keys.parameter] = [row["id"] for row in found]
            statements += 1
        for walk in plan.walks:
            parameters[walk.parameter], count = await walk_levels(ask, walk, parameters)
            statements += count
        rows = await ask(plan.text, parameters)
        return _tree(plan, rows[0]), statements

    def _shaped(
        self,
        plan: Plan,
        tree: dict[str, Any],
        document: DocumentNode,
        node: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        if not plan.others:
            try:
                return plan.shape(tree), []
            except (UnexpectedNull, GraphQLError):
                pass  # graphql-core says which field, and what becomes of the rest
        result = through_core(self.schema, document, node, tree, variables)
        return result.data, coded(result.errors or [], INTERNAL)


class Refused(Exception):
    """A document or its variables are not valid."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(str(errors[0]))


def _tree(plan: Plan, row: dict[str, Any]) -> dict[str, Any]:
    return {root.key: root.read(row[root.column]) for root in plan.roots}
