"""From an operation to its plan: one statement for all root fields together."""

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from graph.access import Caller, Visible
from graph.engine import Dialect
from graph.model import Model
from graph.resolvers import desk
from graph.resolvers.compiler import Compiler
from graph.resolvers.filters import Scope
from graph.resolvers.limits import Limits, check
from graph.resolvers.plan import Call, Plan, Root
from graph.resolvers.roots import Locate, Roots
from graph.resolvers.selection import Document
from graph.resolvers.shape import object_shape


def fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document by name."""
    return {
        item.name.value: item
        for item in document.definitions
        if isinstance(item, FragmentDefinitionNode)
    }


def compile_plan(
    document: Document,
    node: OperationDefinitionNode,
    model: Model,
    dialect: Dialect,
    limits: Limits,
    visible: Visible,
    caller: Caller,
    locate: Locate,
) -> Plan:
    """One plan, one statement, for all root fields together."""
    query = document.schema.query_type
    if query is None:
        raise TypeError("the schema has no query type")
    document.settle(node)
    fields = document.fields(query, [node.selection_set])
    check("root fields", len(fields), limits.fields)
    scope = Scope(model, visible, caller, document.parameters)
    compiler = Compiler(document, scope, dialect, limits)
    roots = Roots(compiler, locate)
    lines: list[str] = []
    columns: list[str] = []
    found: list[Root] = []
    others: list[str] = []
    calls: list[Call] = []
    for item in fields:
        if not roots.knows(item.name):
            others += [item.key] if item.name != "__typename" else []
            calls += [desk.call_of(document, item)] if item.name in desk.QUERIES else []
            continue
        piece = roots.piece(item)
        lines += piece.clauses
        column = f"r{len(found)}"
        columns.append(f"{piece.expression} AS {column}")
        found.append(Root(item.key, column, piece.read))
    text = "\n".join([*lines, f"RETURN {', '.join(columns) or '0 AS nothing'}"])
    shape = None if others else object_shape(document, query, fields)
    return Plan(
        text, scope.parameters, tuple(found), tuple(compiler.keys), tuple(roots.walks),
        tuple(others), tuple(calls), shape,
        # Where a row went can change with the next run, so it is looked up every time.
        reusable=not roots.located and not calls,
        counts=tuple(compiler.counts), rows=limits.rows,
    )  # fmt: skip
