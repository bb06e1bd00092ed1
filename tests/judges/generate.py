"""Random documents over a world, from a seed, and several sets of values for each.

Whatever can be a variable sometimes is one: leaves, lists, their items, objects, directives,
orders, cursors. Every response key may be that of another field.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from graph.model import Model, Relation
from graph.schema.names import constant, plural
from tests.judges.naive import Naive, World, cursor
from tests.judges.wheres import Make, Ref, Wheres, literal
from tests.judges.worlds import LABELS

SENT = 3
"""How often a document is sent to one server, each time with other values."""

NO_DEFAULT = ("Filter!", "Order!", "Direction")
SPARE_KEYS = ("__typename", "id", "name", "f0", "f1", "nodes", "i", "s", "k", "l", "b", "n0", "t")
"""Response keys that the compiler or another field might mean something by."""


@dataclass
class Asked:
    """A document with the values of its variables, one set for each time it is sent."""

    text: str
    sets: list[dict[str, Any]]


@dataclass
class Documents:
    """Writes random documents over one world."""

    model: Model
    world: World
    dice: random.Random
    sees: Any
    makes: dict[str, Make] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def one(self) -> Asked:
        self.makes, self.types, self.fragments = {}, {}, []
        roots = [self._root(number) for number in range(self.dice.choice((1, 1, 2)))]
        body = "\n".join(roots)
        used = {told[1:] for told in re.findall(r"\$v\d+", "\n".join([body, *self.fragments]))}
        self.makes = {name: make for name, make in self.makes.items() if name in used}
        head = ", ".join(f"${name}: {self.types[name]}" for name in self.makes)
        text = f"query Q{f'({head})' if head else ''} {{\n{body}\n}}\n" + "\n".join(self.fragments)
        return Asked(text, [self._set() for _ in range(SENT)])

    def _set(self) -> dict[str, Any]:
        """Values for one time; what may be null or has a default is sometimes left out."""
        made = {}
        for name, make in self.makes.items():
            optional = not self.types[name].endswith("!")
            if optional and self.dice.random() < 0.15:
                if "=" not in self.types[name] and self.dice.random() < 0.5:
                    made[name] = None
                continue
            made[name] = make()
        return made

    def variable(self, make: Make, kind: str) -> Ref:
        name = f"v{len(self.types)}"
        self.makes[name], self.types[name] = make, kind
        return Ref(f"${name}")

    def value(self, make: Make, kind: str, share: float = 0.4) -> Any:
        """A value in the text, or in the variables, with or without a default."""
        if self.dice.random() >= share:
            return make()
        if kind.endswith("!") and self.dice.random() < 0.2 and not kind.endswith(NO_DEFAULT):
            return self.variable(make, f"{kind[:-1]} = {literal(make())}")
        return self.variable(make, kind)

    # -- roots

    def _root(self, number: int) -> str:
        alias = f"r{number}: "
        pick = self.dice.random()
        if pick < 0.5:
            label = self.dice.choice(LABELS)
            arguments = self._page(label, nullable=True)
            return f"{alias}{plural(label)}{arguments} {self._connection(label, 0)}"
        if pick < 0.65:
            address = literal(self.value(self._address, "ID!"))
            return f"{alias}node(id: {address}) {self._any(0, 'Node')}"
        if pick < 0.75:
            return f"{alias}nodes(ids: {self._ids()}) {self._any(0, 'Node')}"
        if pick < 0.85:
            return f"{alias}source{self._record()} {self._source()}"
        address = literal(self.value(self._address, "ID!"))
        depth = f", depth: {literal(self.value(lambda: self.dice.randint(0, 6), 'Int'))}"
        way = self.value(lambda: self.dice.choice(("UPSTREAM", "DOWNSTREAM")), "Direction")
        said = f"(id: {address}{depth}, direction: {way})"
        node = self._keys([("depth", ""), ("stop", ""), ("node", " " + self._any(1))])
        edge = self._keys([(name, "") for name in ("type", "from", "to", "basis", "rule", "by")])
        below = self._keys([("complete", ""), ("nodes", " " + node), ("edges", " " + edge)])
        return f"{alias}lineage{said} {below}"

    def _ids(self) -> str:
        def some() -> list[str]:
            return [self._address() for _ in range(self.dice.randint(0, 5))]

        if self.dice.random() < 0.4:
            return self.variable(lambda: self.dice.choice((some(), self._address(), 7)), "[ID!]!")
        return literal([self.value(self._address, "ID!") for _ in some()])

    def _record(self) -> str:
        records = [item for item, of in self.world.labels.items() if of == "SourceRecord"]
        row = [self.dice.choice(records).split(":") for _ in range(SENT + 9)]
        parts = (
            f"{name}: {literal(self.value(lambda n=n: self.dice.choice(row)[n], 'String!'))}"
            for n, name in enumerate(("system", "table", "key"))
        )
        return f"({', '.join(parts)})"

    def _source(self) -> str:
        record = ("record", " " + self._keys(self._leaves("SourceRecord")))
        return self._keys([("id", ""), ("folded", ""), record, ("entities", " " + self._any(1))])

    def _address(self) -> str:
        identity = self.dice.choice(list(self.world.nodes))
        if self.dice.random() < 0.3:
            label = self.dice.choice([item for item in LABELS if item in self.model.entities])
            records = [item for item, of in self.world.labels.items() if of == "SourceRecord"]
            return f"{label.lower()}:{self.dice.choice(records)}"
        return self.dice.choice((identity, identity, identity, "dataset:no:such:1"))

    # -- selections

    def _keys(self, fields: list[tuple[str, str]]) -> str:
        """A selection of its own, in which keys may be those of other fields."""
        if self.dice.random() < 0.3:
            fields = [*fields, ("__typename", "")]
        pool = (*(name for name, _ in fields), *SPARE_KEYS)
        used: set[str] = set()
        parts = []
        for name, rest in self.dice.sample(fields, len(fields)):
            key = self.dice.choice(pool) if self.dice.random() < 0.3 else name
            key = self._alias() if key in used else key
            used.add(key)
            parts.append(f"{key}: {name}{rest}" if key != name else f"{name}{rest}")
        return "{ " + " ".join(parts) + " }"

    def _alias(self) -> str:
        return f"a{self.dice.randint(0, 10**9)}"

    def _any(self, depth: int, kind: str = "Entity") -> str:
        # What is asked of several types at once has one meaning for each key.
        parts = [self.dice.choice(("__typename id", "id: __typename", "__typename: id"))]
        if kind == "Entity":
            parts.append(self.dice.choice(("name", "state: name", "name: __typename")))
        for label in self.dice.sample(LABELS, 2):
            if kind == "Entity" and label not in self.model.entities:
                continue
            body = " ".join(
                f"{self._alias()}: {name}{rest}" for name, rest in self._fields(label, depth + 1)
            )
            parts.append(f"... on {label} {{ {body} }}")
        return "{ " + " ".join(parts) + " }"

    def _leaves(self, label: str) -> list[tuple[str, str]]:
        names = [item.name for item in self.model.labels[label].properties]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 5)))
        return [(name, "") for name in ["id", *chosen]]

    def _fields(self, label: str, depth: int) -> list[tuple[str, str]]:
        fields = self._leaves(label)
        for facts in self.model.labels[label].lists:
            if self.dice.random() < 0.4:
                members = [(item.name, "") for item in facts.members[:4]]
                fields.append((facts.name, " " + self._keys([(facts.discriminator, ""), *members])))
        if depth < 3:
            relations = [item for item in self.model.relations(label) if item.target in LABELS]
            count = min(len(relations), self.dice.randint(0, 2))
            fields += [self._relation(item, depth) for item in self.dice.sample(relations, count)]
        if label == "SourceRecord" and depth < 2 and self.dice.random() < 0.5:
            fields.append(("entities", " " + self._any(depth + 1)))
        return fields

    def _node(self, label: str, depth: int) -> str:
        """A selection, sometimes as a fragment, sometimes under a condition."""
        body = self._keys(self._fields(label, depth))
        pick = self.dice.random()
        if pick < 0.1:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {label} {body}")
            return f"{{ ...{name} }}"
        if pick < 0.3:
            said = literal(self.value(lambda: self.dice.random() < 0.7, "Boolean!", 0.7))
            way, on = self.dice.choice(("include", "skip")), self.dice.choice(("", f"on {label}"))
            return f"{{ {self._alias()}: id ... {on} @{way}(if: {said}) {body} }}"
        return body

    def _relation(self, relation: Relation, depth: int) -> tuple[str, str]:
        if not relation.many:
            return relation.name, f" {self._node(relation.target, depth + 1)}"
        arguments = self._page(relation.target)
        below = self._connection(relation.target, depth + 1, relation.edge.extra)
        return relation.name, f"{arguments} {below}"

    def _connection(self, label: str, depth: int, extra: tuple[str, ...] = ()) -> str:
        fields: list[tuple[str, str]] = []
        if self.dice.random() < 0.5:
            fields.append(("totalCount", ""))
        if self.dice.random() < 0.5:
            names = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
            fields.append(("pageInfo", " " + self._keys([(name, "") for name in names])))
        if self.dice.random() < 0.6:
            fields.append(("nodes", " " + self._node(label, depth)))
        if self.dice.random() < 0.4:
            told = [(name, "") for name in ("cursor", "basis", "rule", "by", *extra)]
            node = ("node", " " + self._node(label, depth))
            fields.append(("edges", " " + self._keys([*told, node])))
        return self._keys(fields or [("__typename", "")])

    # -- arguments

    def _page(self, label: str, *, nullable: bool = False) -> str:
        """Arguments of a page. Conditions that are refused are asked at the root only."""
        parts = []
        names = [item.name for item in self.model.labels[label].sortable]

        def order() -> str:
            way = self.dice.choice(("ASC", "DESC"))
            return f"{constant(self.dice.choice(names))}_{way}"

        ordered, fixed = self.dice.random() < 0.5, order()
        keyed = self.dice.random() < 0.3
        if ordered:  # a cursor fits one order
            make = (lambda: fixed) if keyed else order
            parts.append(f"orderBy: {self.value(make, f'{label}Order!', 0.3)}")
        if self.dice.random() < 0.6:
            size = literal(self.value(lambda: self.dice.randint(0, 4), "Int"))
            parts.append(f"{self.dice.choice(('first', 'first', 'last'))}: {size}")
        if keyed:
            spelled = fixed if ordered else "ID_ASC"
            place = self.dice.choice(("after", "after", "before"))
            given = self.value(lambda: self._cursor(label, spelled), "String")
            parts.append(f"{place}: {literal(given)}")
        if self.dice.random() < 0.5:
            where = Wheres(self, nullable=nullable).where(label)
            parts.append(f"where: {literal(where)}")
        return f"({', '.join(parts)})" if parts else ""

    def _cursor(self, label: str, order: str) -> str:
        ids = [item for item, of in self.world.labels.items() if of == label]
        spelled, way = order.rsplit("_", 1)
        name = next(
            item.name
            for item in self.model.labels[label].sortable
            if constant(item.name) == spelled
        )
        key = Naive(self.model, self.world, self.sees)._key(label, name, self.dice.choice(ids))
        return cursor(f"{label} {name} {way.lower()}", key)
