"""From an id to the node it stands for.

An entity's id is also an address: `label:record` of any of its records leads to it. A bare
record id is the record's own.
"""

from collections.abc import Sequence
from typing import Any

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


def labels_of(model: Model, identities: Sequence[str]) -> tuple[str, ...]:
    """The labels of many ids, each once, in the model's order."""
    found = {label_of(model, identity) for identity in identities}
    return tuple(label for label in model.labels if label in found)


def places_of(model: Model, label: str, identities: Sequence[str]) -> list[dict[str, Any]]:
    """The ids of one label among many: where each stands, and the record in it."""
    return [
        {"at": place, "id": spelled(identity), "record": record_of(identity)}
        for place, identity in enumerate(identities)
        if label_of(model, identity) == label
    ]
