"""Conditions of a filter as a Cypher predicate.

A comparison with an absent value is false, and `not` is its complement: Cypher's null
counts as false everywhere, so only below `not` and `every` has it to be said.

A condition that is null, or a variable without a value, is refused: dropped, it would widen
what was asked to everything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from graph.access import Caller, Visible
from graph.model import Model, Relation
from graph.problem import Problem
from graph.resolvers.binding import Derive, Given, Parameters
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

    def __init__(
        self, model: Model, visible: Visible, caller: Caller, parameters: Parameters
    ) -> None:
        self.model = model
        self.parameters = parameters
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
        parts = [f"({both(f'{variable}:{label}', text)})" for label, text in predicates.items()]
        return f"({' OR '.join(parts)})"


def pattern(source: str, relation: Relation, target: str, edge: str = "") -> str:
    """The path of one relation: `(n)-[e:OF_SAMPLE]->(x:Sample)`."""
    kind = f"[{edge}:{relation.edge.type}]"
    left, right = ("-", "->") if relation.outgoing else ("<-", "-")
    return f"({source}){left}{kind}{right}({target}:{relation.target})"


def both(*predicates: str) -> str:
    """All of the predicates; empty where none is left."""
    parts = [text for text in predicates if text]
    return " AND ".join(map(operand, parts)) if len(parts) > 1 else "".join(parts)


def operand(text: str) -> str:
    """A predicate as AND can take it: what binds weaker is put in parentheses."""
    return f"({text})" if WEAKER.search(text) and not ENCLOSED.fullmatch(text) else text


WEAKER = re.compile(r"\b(?:or|xor)\b|//|/\*", re.IGNORECASE)
"""What binds weaker than AND. A word too many, as in a text, only costs parentheses."""

ENCLOSED = re.compile(r"(?:NOT )?(?:EXISTS \{[^{}]*\}|coalesce\(\([^()]*\), false\)|\([^()]*\))")
"""What stands by itself, whatever it has inside."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the conditions of a filter; `seeks` where the index of the ids finds its nodes."""

    text: str
    seeks: bool = False


def predicate(scope: Scope, variable: str, label: str, where: Given | None) -> str:
    """The predicate of a filter; empty where nothing is asked."""
    return both(*(item.text for item in conditions(scope, variable, label, where)))


def conditions(scope: Scope, variable: str, label: str, where: Given | None) -> list[Condition]:
    """The conditions of a filter, all of which must hold; null as a whole is no filter."""
    if where is None or scope.parameters.null(where):
        return []
    return [
        _one(scope, variable, label, key, condition)
        for key, condition in _asked(scope, f"{label}Filter", where).items()
    ]


def _asked(scope: Scope, what: str, given: Given) -> Mapping[str, Given]:
    """The members of a filter, none of which may be without a value."""
    members = scope.parameters.members(given)
    for name, member in members.items():
        state = scope.parameters.state(member)
        if state != "there":
            told = "null" if state == "null" else "a variable without a value"
            raise Problem(
                f"{name} is {told}",
                where=what,
                todo="leave it out, or ask {exists: false} for what is absent",
            )
    return members


def _one(scope: Scope, variable: str, label: str, key: str, condition: Given) -> Condition:
    if key == "not":
        inner = predicate(scope, variable, label, condition) or "true"
        return Condition(f"NOT coalesce(({inner}), false)")
    if key in ("and", "or"):
        parts = [
            f"({predicate(scope, variable, label, item) or 'true'})"
            for item in scope.parameters.items(condition)
        ]
        joined = f" {key.upper()} ".join(parts)
        return Condition(joined or ("true" if key == "and" else "false"))
    kinds = {item.name: item.type for item in scope.model.labels[label].properties}
    if key in kinds:
        # The row of a record is kept as its source spells it, and so looked through as asked.
        record = scope.model.labels[label].category == "record"
        stored = None if record and kinds[key] == "json" else as_stored
        asked = _asked(scope, f"{label}Filter.{key}", condition)
        text = _compare(scope, f"{variable}.{key}", asked, stored)
        return Condition(text, seeks=key == "id" and not asked.keys().isdisjoint(("eq", "in")))
    relation = scope.model.relation(label, key)
    asked = _asked(scope, f"{label}Filter.{key}", condition)
    return Condition(_related(scope, variable, relation, asked))


def _compare(scope: Scope, value: str, asked: Mapping[str, Given], stored: Derive | None) -> str:
    parts = []
    for operator, against in asked.items():
        if operator == "exists":
            there = scope.parameters.fix(against)
            parts.append(f"{value} IS {'NOT ' if there else ''}NULL")
        elif operator == "has":
            parts.append(f"{scope.parameters.add(against, stored)} IN {value}")
        else:
            parts.append(f"{value} {COMPARE[operator]} {scope.parameters.add(against, stored)}")
    return " AND ".join(parts)


def _related(scope: Scope, variable: str, relation: Relation, asked: Mapping[str, Given]) -> str:
    parts = []
    for quantifier, where in asked.items():
        far = scope.name("f")
        head = f"MATCH {pattern(variable, relation, far)}"
        seen = scope.visible(far, relation.target)
        test = predicate(scope, far, relation.target, where)
        if quantifier == "every":
            test = f"NOT coalesce(({test or 'true'}), false)"
        wanted = both(seen, test)
        exists = f"EXISTS {{ {head}{' WHERE ' + wanted if wanted else ''} }}"
        parts.append(exists if quantifier == "some" else f"NOT {exists}")
    return " AND ".join(parts)
