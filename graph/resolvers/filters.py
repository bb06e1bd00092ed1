"""Conditions of a filter as a Cypher predicate.

A comparison with an absent value is false, and `not` is its complement: Cypher's null
counts as false everywhere, so only below `not` and `every` has it to be said.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from graph.access import Caller, Visible
from graph.model import Model, Relation
from graph.resolvers.binding import Derive, Parameters
from graph.resolvers.operands import as_stored

COMPARE: Mapping[str, str] = {
    "eq": "=",
    "ne": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "contains": "CONTAINS",
    "startsWith": "STARTS WITH",
    "endsWith": "ENDS WITH",
    "in": "IN",
}


class Scope:
    """What a piece of a statement is compiled with."""

    def __init__(self, model: Model, visible: Visible, caller: Caller) -> None:
        self.model = model
        self.parameters = Parameters()
        self._visible = visible
        self._caller = caller
        self._number = count()

    def name(self, stem: str) -> str:
        """A variable that nothing else in the statement has."""
        return f"{stem}{next(self._number)}"

    def visible(self, variable: str, label: str) -> str:
        """The predicate under which the caller may see a node; empty for all."""
        return self._visible(variable, label, self._caller)

    def visible_any(self, variable: str, labels: tuple[str, ...]) -> str:
        """The same for a node that may be of several labels."""
        predicates = {label: self.visible(variable, label) for label in labels}
        if not any(predicates.values()):
            return ""
        parts = [f"({variable}:{label} AND {text or 'true'})" for label, text in predicates.items()]
        return f"({' OR '.join(parts)})"


def pattern(source: str, relation: Relation, target: str, edge: str = "") -> str:
    """The path of one relation: `(n)-[e:OF_SAMPLE]->(x:Sample)`."""
    kind = f"[{edge}:{relation.edge.type}]"
    left, right = ("-", "->") if relation.outgoing else ("<-", "-")
    return f"({source}){left}{kind}{right}({target}:{relation.target})"


def both(*predicates: str) -> str:
    """All of the predicates; empty where none is left."""
    return " AND ".join(text for text in predicates if text)


def predicate(scope: Scope, variable: str, label: str, where: Mapping[str, Any] | None) -> str:
    """The predicate of a filter; empty where nothing is asked."""
    parts = [
        _one(scope, variable, label, key, condition)
        for key, condition in (where or {}).items()
        if condition is not None
    ]
    return both(*parts)


def _one(scope: Scope, variable: str, label: str, key: str, condition: Any) -> str:
    def inner(item: Any) -> str:
        return predicate(scope, variable, label, item) or "true"

    if key == "not":
        return f"NOT coalesce(({inner(condition)}), false)"
    if key in ("and", "or"):
        joined = f" {key.upper()} ".join(
            f"({inner(item)})" for item in condition if item is not None
        )
        return f"({joined})" if joined else ("true" if key == "and" else "false")
    kinds = {item.name: item.type for item in scope.model.labels[label].properties}
    if key in kinds:
        # The row of a record is kept as its source spells it, and so looked through as asked.
        record = scope.model.labels[label].category == "record"
        verbatim = record and kinds[key] == "json"
        return _compare(scope, f"{variable}.{key}", condition, None if verbatim else as_stored)
    return _related(scope, variable, scope.model.relation(label, key), condition)


def _compare(scope: Scope, value: str, condition: Mapping[str, Any], stored: Derive | None) -> str:
    parts = []
    for operator, operand in condition.items():
        if operand is None:
            continue
        if operator == "exists":
            parts.append(f"{value} IS {'NOT ' if operand else ''}NULL")
        elif operator == "has":
            parts.append(f"{scope.parameters.add(operand, stored)} IN {value}")
        else:
            parts.append(f"{value} {COMPARE[operator]} {scope.parameters.add(operand, stored)}")
    return both(*parts)


def _related(scope: Scope, variable: str, relation: Relation, condition: Mapping[str, Any]) -> str:
    parts = []
    for quantifier, where in condition.items():
        if where is None:
            continue
        far = scope.name("f")
        head = f"MATCH {pattern(variable, relation, far)}"
        seen = scope.visible(far, relation.target)
        test = predicate(scope, far, relation.target, where)
        if quantifier == "every":
            test = f"NOT coalesce(({test or 'true'}), false)"
        wanted = both(seen, test)
        exists = f"EXISTS {{ {head}{' WHERE ' + wanted if wanted else ''} }}"
        parts.append(exists if quantifier == "some" else f"NOT {exists}")
    return both(*parts)
