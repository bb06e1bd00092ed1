"""What differs between the two engines, as facts (reference: engines, 4 and 5)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine has to be spoken to."""

    name: str

    nested_pages_use_index: bool
    """Whether a page inside a subquery is read in index order. Where it is not, the
    keys of a page are asked by a statement of their own, in its final clause."""

    equality_loses_order: bool
    """Whether one equality beside an ordered range (`d.id > '' AND d.kind = $k`) makes the
    engine scan the label and sort, instead of reading in index order."""

    prunes_walks: bool
    """Whether a walk over distinct nodes costs nodes, not paths. Where it does not,
    lineage goes level by level."""

    index_needs_a_node: bool
    """Whether an index made while no node carries the property never gives order."""

    obeys_timeouts: bool
    """Whether the server ends a statement that is over its time by itself."""

    writers: int
    """How many writers at a time do not get into each other's way."""

    def beside_order(self, predicate: str) -> str:
        """A predicate as it stands beside the range that gives a page its order.

        Inside a CASE the planner of the embedded engine sees no equality to start from,
        whatever the predicate is made of; the rows are the same.
        """
        if not predicate or not self.equality_loses_order:
            return predicate
        return f"CASE WHEN {predicate} THEN true ELSE false END"


NEO4J = Dialect(
    "neo4j",
    nested_pages_use_index=True,
    equality_loses_order=False,
    prunes_walks=True,
    index_needs_a_node=False,
    obeys_timeouts=True,
    writers=2,
)
EMBEDDED = Dialect(
    "embedded",
    nested_pages_use_index=False,
    equality_loses_order=True,
    prunes_walks=False,
    index_needs_a_node=True,
    obeys_timeouts=False,
    writers=1,
)

TELL = "SHOW PROCEDURES"
"""Empty on the embedded engine, which calls itself Neo4j in every other answer."""


def dialect_of(procedures: int) -> Dialect:
    """The engine that lists that many procedures."""
    return NEO4J if procedures else EMBEDDED
