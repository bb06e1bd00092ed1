"""Random filters, in which every part may be a variable."""

import json
import random
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from graph.model import Model
from tests.judges.naive import World
from tests.judges.worlds import LABELS, value_of, word

TYPES = {
    "string": "String", "int": "Int", "long": "Long", "float": "Float", "boolean": "Boolean",
    "instant": "Instant", "json": "String", "strings": "String",
}  # fmt: skip
FILTERS = {kind: f"{kind.capitalize()}Filter" for kind in TYPES}
Make = Callable[[], Any]


class Ref(str):
    """A variable where a value could stand."""


class Writer(Protocol):
    """Who writes the document that a filter is part of."""

    model: Model
    world: World
    dice: random.Random

    def variable(self, make: Make, kind: str) -> Ref: ...

    def value(self, make: Make, kind: str) -> Any: ...


class Wheres:
    """Writes filters; every part of one may be a variable, unless it is in one already."""

    def __init__(self, documents: Writer, *, nullable: bool = False, plain: bool = False) -> None:
        self._of = documents
        self._dice = documents.dice
        self._end = "" if nullable else "!"
        self._nullable = nullable
        self._plain = plain

    def where(self, label: str, depth: int = 0) -> Any:
        """A filter of a label."""
        inside = Wheres(self._of, nullable=self._nullable, plain=True)
        return self._given(
            lambda: inside._object(label, depth), f"{label}Filter", self._object, label, depth
        )

    def _given(self, make: Make, kind: str, write: Callable[..., Any], *told: Any) -> Any:
        if self._plain or self._dice.random() < 0.8:
            return write(*told)
        return self._of.variable(make, f"{kind}{self._end}")

    def _leaf(self, make: Make, kind: str, end: str | None = None) -> Any:
        if self._plain:
            return make()
        return self._of.value(make, f"{kind}{self._end if end is None else end}")

    def _object(self, label: str, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for _ in range(self._dice.randint(1, 2)):
            pick = self._dice.random()
            if pick < 0.15 and depth < 2:
                out["not"] = self.where(label, depth + 1)
            elif pick < 0.35 and depth < 2:
                items = [self._item(label, depth) for _ in range(self._dice.randint(0, 2))]
                out[self._dice.choice(("and", "or"))] = items
            elif pick < 0.5 and depth < 2:
                out |= self._related(label, depth)
            else:
                item = self._dice.choice(self._of.model.labels[label].properties)
                out[item.name] = self._condition(item.type, label, item.name)
        return out

    def _item(self, label: str, depth: int) -> Any:
        """An item of a list, which is never null."""
        never = Wheres(self._of, plain=self._plain)
        return never.where(label, depth + 1)

    def _related(self, label: str, depth: int) -> dict[str, Any]:
        relations = [item for item in self._of.model.relations(label) if item.target in LABELS]
        if not relations:
            return {}
        relation = self._dice.choice(relations)
        quantifier = self._dice.choice(("some", "none", "every"))
        inner = self.where(relation.target, depth + 1) if self._dice.random() < 0.8 else {}
        return {relation.name: {quantifier: inner}}

    def _condition(self, kind: str, label: str, name: str) -> Any:
        inside = Wheres(self._of, nullable=self._nullable, plain=True)
        return self._given(
            lambda: inside._compared(kind, label, name), FILTERS[kind], self._compared,
            kind, label, name,
        )  # fmt: skip

    def _compared(self, kind: str, label: str, name: str) -> dict[str, Any]:
        def value() -> Any:
            rows = [row for item, row in self._of.world.nodes.items() if self._is(item, label)]
            values = [row[name] for row in rows if name in row] or [value_of(kind, self._dice)]
            return self._typed(self._dice.choice(values))

        wanted = TYPES[kind]
        if kind in ("json", "strings"):
            if kind == "json":
                return {"contains": self._leaf(lambda: self._dice.choice(("lyso", "k")), wanted)}
            return {"has": self._leaf(lambda: word(self._dice), wanted)}
        operators = ["eq", "ne", "exists"]
        operators += [] if kind == "boolean" else ["in", "in"]
        operators += ["gt", "gte", "lt", "lte"] if kind not in ("string", "boolean") else []
        operators += ["contains", "startsWith", "endsWith"] if kind == "string" else []
        return {
            operator: self._operand(operator, value, wanted)
            for operator in self._dice.sample(operators, self._dice.choice((1, 1, 2)))
        }

    def _operand(self, operator: str, value: Make, kind: str) -> Any:
        if operator == "exists":
            return self._leaf(lambda: self._dice.random() < 0.5, "Boolean")
        if operator == "in":
            return self._in(value, kind)
        if operator in ("contains", "startsWith", "endsWith"):
            cut = {"contains": slice(1, 3), "startsWith": slice(2), "endsWith": slice(-1, None)}
            return self._leaf(lambda: value()[cut[operator]], kind)
        return self._leaf(value, kind)

    def _in(self, value: Make, kind: str) -> Any:
        """A list that is a variable, one around variables, or one value in place of a list."""
        pick = self._dice.random()
        if pick < 0.3 and not self._plain:
            some = lambda: [value() for _ in range(self._dice.randint(0, 3))]  # noqa: E731
            make = lambda: some() if self._dice.random() < 0.8 else value()  # noqa: E731
            return self._of.variable(make, f"[{kind}!]{self._end}")
        if pick < 0.4:
            return value()
        return [self._leaf(value, kind, "!") for _ in range(self._dice.randint(0, 3))]

    def _is(self, identity: str, label: str) -> bool:
        return self._of.world.labels[identity] == label

    def _typed(self, value: Any) -> Any:
        """A value as a client may type it: text in another form of Unicode."""
        if isinstance(value, str) and self._dice.random() < 0.2:
            return unicodedata.normalize("NFD", value)
        return value


def literal(value: Any) -> str:
    """A value as GraphQL writes it: keys of objects bare, variables by name."""
    if isinstance(value, Ref):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
