"""A plan: the statements of a document, and how their rows become an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.resolvers.binding import Parameters
from graph.resolvers.limits import Count, check

TYPE = "*"
"""Under this key a tree says of which type it is. No client can ask for such a key."""

Read = Callable[[Any], Any]
"""Turns what the graph gave for one field into the tree that the client asked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a statement that stands for one node of the selection.

    `clauses` come before the expression can be evaluated, each gives exactly one row;
    `read` turns the expression's value into the tree.
    """

    clauses: tuple[str, ...]
    expression: str
    read: Read


@dataclass(frozen=True, slots=True)
class Keys:
    """A statement that asks for the ids of one page, for an engine that needs it apart."""

    parameter: str
    text: str


@dataclass(frozen=True, slots=True)
class Walk:
    """A lineage to be walked level by level, for an engine that does not prune.

    The ids that are found, by label, are given to the statement as a parameter.
    """

    parameter: str
    start: str
    steps: Mapping[str, str]
    depth: int
    limit: int
    edges: int


@dataclass(frozen=True, slots=True)
class Root:
    """One root field: the columns it takes from the row, and how it is read."""

    key: str
    column: str
    read: Read


@dataclass(frozen=True, slots=True)
class Call:
    """A root field that the graph does not answer, and how what is told gets its shape."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    shape: Read


@dataclass(frozen=True)
class Plan:
    """What is asked of the graph for one document."""

    text: str
    parameters: Parameters
    roots: tuple[Root, ...]
    keys: tuple[Keys, ...] = ()
    walks: tuple[Walk, ...] = ()
    others: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    shape: Any = None
    reusable: bool = True
    counts: tuple[Count, ...] = ()
    rows: int = 0

    @property
    def single(self) -> bool:
        """Whether one statement answers the document."""
        return not self.keys and not self.walks

    def bind(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the statements for one request, which must be within the limits."""
        values = self.parameters.bind(variables)
        asked = sum(count.within(values) for count in self.counts)
        check("rows the document could hold", asked, self.rows)
        return values
