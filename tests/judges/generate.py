"""Random graphs and random documents over them, from a seed."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model import Model, Relation
from graph.schema.names import constant, plural
from tests.judges.naive import Naive, World, cursor

LABELS = (
    "Proposal", "Investigation", "Sample", "Dataset", "Processing", "File", "Structure",
    "Technique", "Person", "SourceRecord",
)  # fmt: skip
WORDS = ("lyso", "therm", "a b", "a", "Zn-insulin", "µ 100 %", "x'y\"z", "a|b")


def world_of(model: Model, seed: int, size: int = 12) -> World:
    """A small graph with ties, gaps, hubs and cycles."""
    dice = random.Random(seed)
    world = World()
    for label in LABELS:
        for number in range(dice.randint(2, size)):
            prefix = model.labels[label].prefix
            identity = f"{prefix}src:T{label}:{number}"
            world.nodes[identity] = _row(model, label, identity, dice)
            world.labels[identity] = label
    _edges(model, world, dice)
    return world


def _row(model: Model, label: str, identity: str, dice: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {"id": identity}
    described = model.labels[label]
    for item in described.properties:
        if item.name != "id" and dice.random() < 0.6:
            row[item.name] = _value(item.type, dice)
    for facts in described.lists:
        there = [value for value in facts.values if dice.random() < 0.5]
        if there:
            row[facts.stored_values] = there
        for value in there:
            for member in facts.members:
                if dice.random() < 0.7:
                    row[facts.stored(value, member.name)] = _value(member.type, dice)
    return row


def _value(kind: str, dice: random.Random) -> Any:
    return {
        "string": lambda: dice.choice(WORDS),
        "int": lambda: dice.choice((-3, 0, 1, 2, 3600)),
        "long": lambda: dice.choice((0, 7, 3_000_000_000, 2**52)),
        "float": lambda: dice.choice((-1.5, 0.0, 0.25, 1.0, 12.5, 8.3e11)),
        "boolean": lambda: dice.random() < 0.5,
        "instant": lambda: f"20{dice.randint(10, 13)}-0{dice.randint(1, 3)}-01T00:00:00.000Z",
        "json": lambda: json.dumps({"k": dice.choice(WORDS), "n": [1, None]}),
        "strings": lambda: dice.sample(WORDS, dice.randint(1, 3)),
    }[kind]()


def _edges(model: Model, world: World, dice: random.Random) -> None:
    by_label = {
        label: [item for item, of in world.labels.items() if of == label] for label in LABELS
    }
    for edge in model.edges:
        targets = LABELS if edge.target == "*" else (edge.target,)
        for target in targets:
            if edge.target == "*" and target not in model.entities:
                continue
            ends = [(a, b) for a in by_label.get(edge.source, ()) for b in by_label.get(target, ())]
            for a, b in dice.sample(ends, min(len(ends), dice.randint(0, 14))):
                if a != b:
                    told = {"type": edge.type, "from": a, "to": b, "rule": f"rule-{edge.type}"}
                    told["basis"] = dice.choice(("asserted", "reported", "inferred"))
                    told["by"] = [f"src:T:{dice.randint(0, 3)}"]
                    for extra in edge.extra:
                        if dice.random() < 0.7:
                            number = extra in ("score", "distance")
                            told[extra] = 0.5 if number else "Team Leader"
                    world.edges.append(told)


@dataclass
class Asked:
    """A document with its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Documents:
    """Writes random documents over one world."""

    model: Model
    world: World
    dice: random.Random
    sees: Any
    variables: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def one(self) -> Asked:
        self.variables, self.types, self.fragments = {}, {}, []
        roots = [self._root(number) for number in range(self.dice.choice((1, 1, 2, 3)))]
        head = ", ".join(f"${name}: {kind}" for name, kind in self.types.items())
        body = "\n".join(roots)
        text = f"query Q{f'({head})' if head else ''} {{\n{body}\n}}\n" + "\n".join(self.fragments)
        return Asked(text, dict(self.variables))

    def _root(self, number: int) -> str:
        alias = f"r{number}: "
        pick = self.dice.random()
        if pick < 0.5:
            label = self.dice.choice(LABELS)
            arguments = self._page(label)
            return f"{alias}{plural(label)}{arguments} {self._connection(label, 0)}"
        if pick < 0.65:
            address = self._literal(self._address(), "ID!")
            return f"{alias}node(id: {address}) {self._any(0, 'Node')}"
        if pick < 0.75:
            ids = [self._address() for _ in range(self.dice.randint(0, 5))]
            return f"{alias}nodes(ids: {self._literal(ids, '[ID!]!')}) {self._any(0, 'Node')}"
        if pick < 0.85:
            records = [item for item, of in self.world.labels.items() if of == "SourceRecord"]
            system, table, key = self.dice.choice(records).split(":")
            told = f'(system: "{system}", table: "{table}", key: "{key}")'
            record = "{" + self._leaves("SourceRecord") + "}"
            return f"{alias}source{told} {{ id folded record {record} entities {self._any(1)} }}"
        address = self._literal(self._address(), "ID!")
        depth = self.dice.choice(("", f", depth: {self.dice.randint(0, 6)}"))
        way = self.dice.choice(("", ", direction: UPSTREAM", ", direction: DOWNSTREAM"))
        node = f"nodes {{ depth stop node {self._any(1)} }}"
        edges = "edges { type from to basis rule by }"
        return f"{alias}lineage(id: {address}{way}{depth}) {{ complete {node} {edges} }}"

    def _address(self) -> str:
        identity = self.dice.choice(list(self.world.nodes))
        if self.dice.random() < 0.3:
            label = self.dice.choice([item for item in LABELS if item in self.model.entities])
            records = [item for item, of in self.world.labels.items() if of == "SourceRecord"]
            return f"{label.lower()}:{self.dice.choice(records)}"
        return self.dice.choice((identity, identity, identity, "dataset:no:such:1"))

    def _literal(self, value: Any, kind: str) -> str:
        """A value in the text, or in the variables."""
        if self.dice.random() < 0.4:
            name = f"v{len(self.variables)}"
            self.variables[name] = value
            self.types[name] = kind
            return f"${name}"
        return json.dumps(value, ensure_ascii=False)

    # -- selections

    def _any(self, depth: int, kind: str = "Entity") -> str:
        parts = ["__typename id"]
        if kind == "Entity":
            parts.append("name")
        for label in self.dice.sample(LABELS, 3):
            if kind == "Entity" and label not in self.model.entities:
                continue
            parts.append(f"... on {label} {{ {self._node(label, depth + 1)} }}")
        return "{ " + " ".join(parts) + " }"

    def _leaves(self, label: str) -> str:
        names = [item.name for item in self.model.labels[label].properties]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 5)))
        return " ".join(
            f"{name}_: {name}" if self.dice.random() < 0.1 else name for name in ["id", *chosen]
        )

    def _node(self, label: str, depth: int) -> str:
        # Keys are aliased by what they ask for, so that no two selections disagree.
        parts = [self._leaves(label)]
        if self.dice.random() < 0.2:
            parts.append("__typename")
        for facts in self.model.labels[label].lists:
            if self.dice.random() < 0.4:
                members = " ".join(item.name for item in facts.members[:4])
                parts.append(f"{facts.name} {{ {facts.discriminator} {members} }}")
        if depth < 3:
            relations = [item for item in self.model.relations(label) if item.target in LABELS]
            count = min(len(relations), self.dice.randint(0, 2))
            parts += [self._relation(item, depth) for item in self.dice.sample(relations, count)]
        if label == "SourceRecord" and depth < 2 and self.dice.random() < 0.5:
            parts.append(f"entities {self._any(depth + 1)}")
        return self._wrapped(label, " ".join(parts))

    def _wrapped(self, label: str, body: str) -> str:
        """Sometimes as a fragment, sometimes under a condition."""
        pick = self.dice.random()
        if pick < 0.1:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {label} {{ {body} }}")
            return f"...{name}"
        if pick < 0.15:
            return f"id ... on {label} @include(if: {self._literal(True, 'Boolean!')}) {{ {body} }}"
        if pick < 0.18:
            return f"id ... @skip(if: {self._literal(True, 'Boolean!')}) {{ {body} }}"
        return body

    def _relation(self, relation: Relation, depth: int) -> str:
        alias = f"a{self.dice.randint(0, 10**9)}: "
        if not relation.many:
            return f"{alias}{relation.name} {{ {self._node(relation.target, depth + 1)} }}"
        arguments = self._page(relation.target)
        below = self._connection(relation.target, depth + 1, relation.edge.extra)
        return f"{alias}{relation.name}{arguments} {below}"

    def _connection(self, label: str, depth: int, extra: tuple[str, ...] = ()) -> str:
        parts = []
        if self.dice.random() < 0.5:
            parts.append("totalCount")
        if self.dice.random() < 0.5:
            parts.append("pageInfo { hasNextPage hasPreviousPage startCursor endCursor }")
        if self.dice.random() < 0.6:
            parts.append(f"nodes {{ {self._node(label, depth)} }}")
        if self.dice.random() < 0.4:
            told = " ".join(("cursor", "basis", "rule", "by", *extra))
            parts.append(f"edges {{ {told} node {{ {self._node(label, depth)} }} }}")
        return "{ " + (" ".join(parts) or "__typename") + " }"

    # -- arguments

    def _page(self, label: str) -> str:
        parts = []
        order = "id asc"
        if self.dice.random() < 0.5:
            item = self.dice.choice(self.model.labels[label].sortable)
            way = self.dice.choice(("asc", "desc"))
            order = f"{item.name} {way}"
            spelled = f"{constant(item.name)}_{way.upper()}"
            if self.dice.random() < 0.3:
                name = f"v{len(self.variables)}"
                self.variables[name] = spelled
                self.types[name] = f"{label}Order"
                spelled = f"${name}"
            parts.append(f"orderBy: {spelled}")
        if self.dice.random() < 0.6:
            size = self._literal(self.dice.randint(0, 4), "Int")
            parts.append(f"{self.dice.choice(('first', 'first', 'last'))}: {size}")
        if self.dice.random() < 0.3:
            place = self.dice.choice(("after", "after", "before"))
            parts.append(f"{place}: {self._literal(self._cursor(label, order), 'String')}")
        if self.dice.random() < 0.5:
            where = self._where(label, 0)
            if self.dice.random() < 0.3:
                name = f"v{len(self.variables)}"
                self.variables[name] = where
                self.types[name] = f"{label}Filter"
                parts.append(f"where: ${name}")
            else:
                parts.append(f"where: {literal(where)}")
        return f"({', '.join(parts)})" if parts else ""

    def _cursor(self, label: str, order: str) -> str:
        ids = [item for item, of in self.world.labels.items() if of == label]
        name = order.split(" ")[0]
        key = Naive(self.model, self.world, self.sees)._key(label, name, self.dice.choice(ids))
        return cursor(f"{label} {order}", key)

    def _where(self, label: str, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for _ in range(self.dice.randint(1, 2)):
            pick = self.dice.random()
            if pick < 0.15 and depth < 2:
                out["not"] = self._where(label, depth + 1)
            elif pick < 0.3 and depth < 2:
                key = self.dice.choice(("and", "or"))
                out[key] = [self._where(label, depth + 1) for _ in range(self.dice.randint(0, 2))]
            elif pick < 0.5 and depth < 2:
                relations = [item for item in self.model.relations(label) if item.target in LABELS]
                if relations:
                    relation = self.dice.choice(relations)
                    quantifier = self.dice.choice(("some", "none", "every"))
                    inner = self._where(relation.target, depth + 1)
                    out[relation.name] = {quantifier: inner if self.dice.random() < 0.8 else {}}
            else:
                item = self.dice.choice(self.model.labels[label].properties)
                out[item.name] = self._condition(item.type, label, item.name)
        return out

    def _condition(self, kind: str, label: str, name: str) -> dict[str, Any]:
        rows = [self.world.nodes[item] for item, of in self.world.labels.items() if of == label]
        values = [row[name] for row in rows if name in row] or [_value(kind, self.dice)]
        value = self.dice.choice(values)
        if kind == "json":
            return {"contains": "lyso"}
        if kind == "strings":
            return {"has": self.dice.choice(WORDS)}
        options: list[dict[str, Any]] = [{"eq": value}, {"ne": value}]
        options.append({"exists": self.dice.random() < 0.5})
        if kind in ("int", "long", "float", "instant"):
            options += [{"gt": value}, {"lte": value}, {"gte": value, "lt": value}]
        if kind == "string":
            text = str(value)
            options += [{"contains": text[1:3]}, {"startsWith": text[:2]}, {"endsWith": text[-1:]}]
        if kind != "boolean":
            options.append({"in": self.dice.sample(values, min(2, len(values)))})
        return self.dice.choice(options)


def literal(value: Any) -> str:
    """A value as GraphQL writes it: keys of objects bare."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
