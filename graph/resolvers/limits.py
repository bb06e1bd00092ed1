"""How much one document may ask for. Every limit says its name and by how much it was passed."""

from dataclasses import dataclass

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
