"""From an id to the node it stands for.

An entity's id is also an address: `label:record` of any of its records leads to it. A bare
record id is the record's own.
"""

from graph.model import Model
from graph.resolvers.compiler import where
from graph.resolvers.filters import Scope, both
from graph.values import nfc


def label_of(model: Model, identity: str) -> str:
    """The label of what an id stands for: its first part, else it is a source record's."""
    prefix = identity.partition(":")[0]
    return model.by_prefix.get(prefix, "SourceRecord")


def spelled(identity: str) -> str:
    """An id as it is stored: a name in it may have been typed in another form of Unicode."""
    return nfc(str(identity))


def record_of(identity: str) -> str:
    """The record in an address: what follows the label."""
    return spelled(identity).partition(":")[2]


def found_by_id(scope: Scope, label: str, variable: str, identity: str, record: str) -> list[str]:
    """Lines after which the variable is the node of an id, or no row is left.

    Parameters
    ----------
    identity, record
        References to parameters: the id, and the record in it.
    """
    if label not in scope.model.entities:
        seen = scope.visible(variable, label)
        return [f"MATCH ({variable}:{label} {{id: {identity}}})", *where(seen)]
    named, described, row = scope.name("a"), scope.name("b"), scope.name("q")
    return [
        f"OPTIONAL MATCH ({named}:{label} {{id: {identity}}})",
        *where(scope.visible(named, label)),
        f"OPTIONAL MATCH ({row}:SourceRecord {{id: {record}}})-[:DESCRIBES]->({described}:{label})",
        *where(both(scope.visible(row, "SourceRecord"), scope.visible(described, label))),
        f"WITH coalesce({named}, {described}) AS {variable} ORDER BY {variable}.id LIMIT 1",
        f"WITH {variable} WHERE {variable} IS NOT NULL",
    ]
