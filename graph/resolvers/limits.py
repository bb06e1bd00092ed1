"""How much one document may ask for. Every limit says its name and by how much it was passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.problem import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server.

    `depth` counts relations and fields from the root; `fields` response keys; `rows` the
    nodes that the pages of a document could hold if every one of them were full;
    `decisions` are the root fields of a mutation;
    `lineage_depth`, `lineage_nodes` and `lineage_edges` bound one lineage.
    """

    depth: int = 15
    fields: int = 2_000
    rows: int = 100_000_000
    ids: int = 1_000
    decisions: int = 20
    lineage_depth: int = 50
    lineage_nodes: int = 5_000
    lineage_edges: int = 50_000


def check(what: str, asked: int, allowed: int) -> None:
    """Refuse what is over a limit.

    Raises
    ------
    Problem
        Naming the limit, what was asked, and by how much it is too much.
    """
    if asked > allowed:
        raise Problem(
            f"{what}: {asked} asked, {asked - allowed} over the limit of {allowed}",
            todo="ask for less at once",
            code="LIMIT_EXCEEDED",
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """How many nodes there can be at a place of a document.

    A number, times what the parameters of one request say: each the limit of a page, which
    is one more than the page holds, or a list of ids.
    """

    number: int = 1
    parameters: tuple[str, ...] = ()

    def times(self, reference: str) -> "Rows":
        """So many for each; the reference is that of a parameter, `$p3`."""
        return Rows(self.number, (*self.parameters, reference[1:]))

    def within(self, values: Mapping[str, Any]) -> int:
        """The number for one request."""
        found = self.number
        for name in self.parameters:
            value = values[name]
            found *= max(value - 1, 1) if isinstance(value, int) else len(value)
        return found


@dataclass(frozen=True, slots=True)
class Count:
    """What one part of a document may read: its rows, or for each of them a page and one more."""

    rows: Rows
    page: str = ""

    def within(self, values: Mapping[str, Any]) -> int:
        """The number for one request."""
        return self.rows.within(values) * (int(values[self.page[1:]]) if self.page else 1)
