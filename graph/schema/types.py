"""Object types, connections and edges of every label."""

from collections.abc import Mapping
from typing import Any

import strawberry

from graph.model import FactList, Label, Model, Relation
from graph.schema.fields import from_answer, list_of
from graph.schema.inputs import Inputs
from graph.schema.scalars import PYTHON_TYPES, Long

PAGE_ARGUMENTS: Mapping[str, Any] = {
    "first": int | None,
    "after": str | None,
    "last": int | None,
    "before": str | None,
}
EDGE_EXTRAS: Mapping[str, tuple[Any, str]] = {
    "role": (str, "In what role."),
    "score": (float, "What a match by the rule is worth; 1 would be certain."),
    "distance": (float, "Of a search by unit cell, how far apart the cells are."),
    "compared": (str, "What was held together, with the values: the evidence of a match."),
    "decision": (str, "The decision of a person that this follows."),
    "run": (str, "Of a match, the run that wrote it."),
}
"""Properties that edges have beside basis, rule and by: their types, and what they mean."""


def object_type(made: type, fields: Mapping[str, Any], description: str) -> Any:
    """Turn a class into a Strawberry type with fields that look into the answer."""
    for name, field in fields.items():
        setattr(made, name, field)
    return strawberry.type(made, name=made.__name__, description=description)


@strawberry.interface(description="Anything with an id.")
class Node:
    """Anything with an id."""

    id: strawberry.ID = from_answer("id", strawberry.ID, "Address of the node.")


@strawberry.interface(description="A thing or a term: whatever records can describe.")
class Entity(Node):
    """A thing or a term: whatever records can describe."""

    name: str | None = from_answer("name", str | None, "What its source calls it.")
    state: str | None = from_answer("state", str | None, "Withdrawn, or nothing.")


PageInfo = object_type(
    type("PageInfo", (), {}),
    {
        "hasNextPage": from_answer("hasNextPage", bool, "Whether there is more behind."),
        "hasPreviousPage": from_answer("hasPreviousPage", bool, "Whether there is more before."),
        "startCursor": from_answer("startCursor", str | None, "Cursor of the first edge."),
        "endCursor": from_answer("endCursor", str | None, "Cursor of the last edge."),
    },
    "Where a page begins and ends.",
)


class Types:
    """The object types of a model."""

    def __init__(self, model: Model, inputs: Inputs) -> None:
        self._model = model
        self._inputs = inputs
        self.objects: dict[str, Any] = {
            name: type(name, (self._base(label),), {}) for name, label in model.labels.items()
        }
        self.edges = {name: type(f"{name}Edge", (), {}) for name in model.labels}
        self.connections = {name: type(f"{name}Connection", (), {}) for name in model.labels}
        for name in model.labels:
            self._finish_connection(name)
        for label in model.labels.values():
            self._finish(label)

    def _base(self, label: Label) -> type:
        return Entity if label.category in ("entity", "term") else Node

    def page_arguments(self, label: str) -> dict[str, Any]:
        """The arguments of every connection of a label."""
        return {
            **PAGE_ARGUMENTS,
            "where": self._inputs.filters[label] | None,
            "orderBy": self._inputs.orders[label] | None,
        }

    def _finish_connection(self, name: str) -> None:
        node, edge = self.objects[name], self.edges[name]
        extras = {
            extra
            for other in self._model.labels
            for relation in self._model.relations(other)
            if relation.target == name
            for extra in relation.edge.extra
        }
        fields = {
            "cursor": from_answer("cursor", str, "Where this edge stands in the order."),
            "node": from_answer("node", node, "The node."),
            "basis": from_answer(
                "basis", str | None, "How the relation is known: asserted, reported or inferred."
            ),
            "rule": from_answer("rule", str | None, "The mapping rule that gave it."),
            "by": from_answer("by", list[str] | None, "Records and decisions that support it."),
        }
        for extra in sorted(extras):
            kind, meaning = EDGE_EXTRAS[extra]
            fields[extra] = from_answer(extra, kind | None, meaning)
        object_type(edge, fields, f"One of a page of {name}.")
        object_type(
            self.connections[name],
            {
                "edges": from_answer("edges", list_of(edge), "The page, with what is known of it."),
                "nodes": from_answer("nodes", list_of(node), "The nodes of the page."),
                "pageInfo": from_answer("pageInfo", PageInfo, "Where the page begins and ends."),
                "totalCount": from_answer("totalCount", Long, "How many there are in all."),
            },
            f"A page of {name}.",
        )

    def _finish(self, label: Label) -> None:
        made = self.objects[label.name]
        fields: dict[str, Any] = {}
        for item in label.properties:
            if item.name in ("id", "name", "state") and label.category in ("entity", "term"):
                continue
            if item.name != "id":
                unit = f" Unit: {item.unit}." if item.unit else ""
                kind = PYTHON_TYPES[item.type] | None
                fields[item.name] = from_answer(item.name, kind, item.description + unit)
        for facts in label.lists:
            fields[facts.name] = from_answer(facts.name, list_of(_list_type(label, facts)))
        for relation in self._model.relations(label.name):
            fields[relation.name] = self._relation(relation)
        if label.category == "record":
            fields["entities"] = from_answer("entities", list[Entity], "What the row describes.")
        object_type(made, fields, label.description)

    def _relation(self, relation: Relation) -> Any:
        target = relation.target
        about = relation.edge.description
        if relation.many:
            arguments = self.page_arguments(target)
            return from_answer(relation.name, self.connections[target], about, arguments)
        return from_answer(relation.name, self.objects[target] | None, about)


def _list_type(label: Label, facts: FactList) -> Any:
    name = f"{label.name}{facts.name.capitalize()}"
    fields = {facts.discriminator: from_answer(facts.discriminator, str, "Which of the list.")}
    for member in facts.members:
        unit = f" Unit: {member.unit}." if member.unit else ""
        kind = PYTHON_TYPES[member.type] | None
        fields[member.name] = from_answer(member.name, kind, member.description + unit)
    return object_type(type(name, (), {}), fields, f"{facts.name.capitalize()} of {label.name}.")
