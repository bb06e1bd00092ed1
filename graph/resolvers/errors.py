"""Every error says its kind in `extensions.code`, for programs; its message is for persons.

The codes stand in `graph/web/codes.tsv`.
"""

import logging
from collections.abc import Iterable

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode

from graph.problem import Problem

log = logging.getLogger("beamgraph")

INTERNAL = "INTERNAL_SERVER_ERROR"
UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
HIDDEN = {
    INTERNAL: "the server failed; its log says why",
    "GRAPH_UNAVAILABLE": "the graph does not answer; try again later",
}
"""What a stranger is told of failures whose message names addresses, files or statements."""


def coded(errors: Iterable[GraphQLError], code: str) -> list[GraphQLError]:
    """The errors, each with this code where it has none of its own."""
    found = list(errors)
    for error in found:
        error.extensions = {"code": code, **(error.extensions or {})}
    return found


def of_problem(problem: Problem) -> GraphQLError:
    """A problem as an error of GraphQL."""
    extensions = {"code": problem.code}
    return GraphQLError(str(problem), original_error=problem, extensions=extensions)


def no_operation(document: DocumentNode, name: str | None) -> GraphQLError:
    """Why none of a document's operations is the one that was asked for."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name:
        return GraphQLError(f"the document has no operation called {name!r}: correct operationName")
    if operations:
        return GraphQLError("the document has several operations: say operationName")
    return GraphQLError("the document has no operation: it needs a query")


def public(error: GraphQLError) -> GraphQLError:
    """The error as strangers may see it: what failed inside is logged, not told."""
    code = str((error.extensions or {}).get("code", INTERNAL))
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if code not in HIDDEN or cause is None:  # what graphql-core says itself names only the schema
        return error
    unexpected = None if isinstance(cause, Problem) else cause
    log.error("%s: %s", code, error.message, exc_info=unexpected)
    return GraphQLError(HIDDEN[code], path=error.path, nodes=error.nodes, extensions={"code": code})
