"""Filters and orders, derived from the model."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from graph.model import Label, Model, PropertyType
from graph.schema.fields import list_of
from graph.schema.names import constant
from graph.schema.scalars import Instant, Long

_EQUAL = ("eq", "ne")
_SIZE = ("gt", "gte", "lt", "lte")
_TEXT = ("contains", "startsWith", "endsWith")

OPERATORS: Mapping[PropertyType, tuple[str, Any, tuple[str, ...], bool]] = {
    "string": ("StringFilter", str, (*_EQUAL, *_TEXT), True),
    "int": ("IntFilter", int, (*_EQUAL, *_SIZE), True),
    "long": ("LongFilter", Long, (*_EQUAL, *_SIZE), True),
    "float": ("FloatFilter", float, (*_EQUAL, *_SIZE), True),
    "boolean": ("BooleanFilter", bool, _EQUAL, False),
    "instant": ("InstantFilter", Instant, (*_EQUAL, *_SIZE), True),
    "json": ("JsonFilter", str, ("contains",), False),
    "strings": ("StringsFilter", str, ("has",), False),
}
"""Name, type of the operand, operators, and whether `in` is one, for each property type."""

MEANING = {
    "eq": "Equal to. Text is compared in Unicode's form NFC, however it is typed.",
    "ne": "There, and not equal to.",
    "gt": "Greater than.",
    "gte": "Greater than or equal to.",
    "lt": "Less than.",
    "lte": "Less than or equal to.",
    "contains": "Contains the text; case counts, the form of Unicode does not.",
    "startsWith": "Begins with the text; case counts.",
    "endsWith": "Ends with the text; case counts.",
    "has": "One of the values is.",
    "in": "Equal to one of.",
    "exists": "Whether there is a value.",
}


def input_type(name: str, fields: Mapping[str, Any], description: str) -> Any:
    """A Strawberry input made of names and types; every field may be left out."""
    namespace: dict[str, Any] = {"__annotations__": {}}
    made = type(name, (), namespace)
    fill(made, fields)
    return strawberry.input(made, name=name, description=description)


def fill(made: type, fields: Mapping[str, Any]) -> None:
    """Give a class its annotations and defaults before Strawberry reads it."""
    for key, kind in fields.items():
        python = f"{key}_" if key in ("in", "and", "or", "not") else key
        made.__annotations__[python] = kind | None
        field = strawberry.field(name=key, default=strawberry.UNSET, description=MEANING.get(key))
        setattr(made, python, field)


def property_filters() -> dict[PropertyType, Any]:
    """The filter of each property type."""
    found = {}
    for kind, (name, operand, operators, one_of) in OPERATORS.items():
        fields: dict[str, Any] = dict.fromkeys(operators, operand)
        if one_of:
            fields["in"] = list_of(operand)
        fields["exists"] = bool
        found[kind] = input_type(name, fields, f"Conditions on a value of type {kind}.")
    return found


class Inputs:
    """The filter and the order of every label; filters may lead to each other."""

    def __init__(self, model: Model) -> None:
        self._model = model
        by_type = property_filters()
        self.filters: dict[str, Any] = {
            name: type(f"{name}Filter", (), {"__annotations__": {}}) for name in model.labels
        }
        self._related = {name: self._relation_filter(name) for name in model.labels}
        for label in model.labels.values():
            self._finish(label, by_type)
        self.orders = {label.name: _order(label) for label in model.labels.values()}

    def _relation_filter(self, name: str) -> Any:
        target = self.filters[name]
        fields = {"some": target, "none": target, "every": target}
        return input_type(f"{name}Relation", fields, f"Conditions on related nodes: {name}.")

    def _finish(self, label: Label, by_type: dict[PropertyType, Any]) -> None:
        made = self.filters[label.name]
        fields: dict[str, Any] = {"and": list_of(made), "or": list_of(made), "not": made}
        fields |= {item.name: by_type[item.type] for item in label.properties}
        for relation in self._model.relations(label.name):
            fields[relation.name] = self._related[relation.target]
        fill(made, fields)
        description = f"Conditions on a node: {label.name}. All that are given must hold."
        strawberry.input(made, name=f"{label.name}Filter", description=description)


WAYS = {
    "asc": ("rising", "last", "rising"),
    "desc": ("falling", "first", "falling"),
}
"""Of each direction how values go, where those stand that have none, and how ids go among equals.

One key is read both ways: what has no value stands behind everything, so it comes first when the
order is turned round.
"""


def _order(label: Label) -> Any:
    members = {}
    for item in label.sortable:
        for way in WAYS:
            members[f"{constant(item.name)}_{way.upper()}"] = strawberry.enum_value(
                f"{item.name} {way}", description=_order_words(item.name, way)
            )
    made = Enum(f"{label.name}Order", members)  # type: ignore[misc]
    about = f"Orders of {label.name}. What has no value comes last when rising, first when falling."
    return strawberry.enum(made, description=about)


def _order_words(name: str, way: str) -> str:
    going, place, ties = WAYS[way]
    if name == "id":
        return f"By id, {going}."
    return f"By {name}, {going}; what has none comes {place}; equal ones by id, {ties}."
