"""The naive evaluator: plain Python over a generated graph.

It shares no code with the compiler. It reads the same document with graphql-core's parser
and says what the answer has to be, slowly and plainly.
"""

import base64
import json
import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
    parse,
    value_from_ast_untyped,
)

from graph.model import Model

Row = dict[str, Any]


@dataclass
class World:
    """A generated graph: nodes by id with their label, and edges."""

    nodes: dict[str, Row] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    edges: list[Row] = field(default_factory=list)


class RefusedNull(Exception):
    """A filter has a condition without a value."""


MISSING = object()
ENTITY_KINDS = ("entity", "term")


class Naive:
    """Answers documents over a world for somebody who may see some of it."""

    def __init__(self, model: Model, world: World, sees: Callable[[str], bool]) -> None:
        self.model = model
        self.world = world
        self.sees = sees

    def answer(self, text: str, variables: Mapping[str, Any]) -> Row:
        document = parse(text)
        self.parts = {
            item.name.value: item
            for item in document.definitions
            if isinstance(item, FragmentDefinitionNode)
        }
        (operation,) = (
            item for item in document.definitions if isinstance(item, OperationDefinitionNode)
        )
        self.variables = dict(variables)
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            if name not in self.variables and definition.default_value is not None:
                self.variables[name] = value_from_ast_untyped(definition.default_value)
        return self._object("Query", [operation.selection_set], self._root)

    # -- selections

    def _object(
        self, kind: str, sets: list[Any], value: Callable[[FieldNode, list[Any]], Any]
    ) -> Row:
        grouped: dict[str, list[FieldNode]] = {}
        for one in sets:
            for node in self._fields(kind, one):
                grouped.setdefault((node.alias or node.name).value, []).append(node)
        out = {}
        for key, nodes in grouped.items():
            if nodes[0].name.value == "__typename":
                out[key] = kind
            else:
                below = [node.selection_set for node in nodes if node.selection_set]
                out[key] = value(nodes[0], below)
        return out

    def _fields(self, kind: str, one: Any) -> Iterator[FieldNode]:
        for node in one.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            if isinstance(node, FragmentSpreadNode):
                node = self.parts[node.name.value]
            assert isinstance(node, FragmentDefinitionNode | InlineFragmentNode)
            wanted = node.type_condition.name.value if node.type_condition else kind
            if wanted == kind or wanted in self._interfaces(kind):
                yield from self._fields(kind, node.selection_set)

    def _interfaces(self, kind: str) -> tuple[str, ...]:
        label = self.model.labels.get(kind)
        if label is None:
            return ()
        return ("Node", "Entity") if label.category in ENTITY_KINDS else ("Node",)

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            said = self._value(directive.arguments[0].value)
            if directive.name.value == ("skip" if said else "include"):
                return False
        return True

    def _value(self, node: Any) -> Any:
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value, MISSING)
        if isinstance(node, ListValueNode):
            return [self._value(item) for item in node.values]
        if isinstance(node, ObjectValueNode):
            return {item.name.value: self._value(item.value) for item in node.fields}
        return value_from_ast_untyped(node)

    def _arguments(self, node: FieldNode) -> Row:
        told = {item.name.value: self._value(item.value) for item in node.arguments or ()}
        told = {name: value for name, value in told.items() if value is not MISSING}
        refuse_null(told.get("where"))
        return told

    # -- roots

    def _root(self, node: FieldNode, below: list[Any]) -> Any:
        told = self._arguments(node)
        name = node.name.value
        if name == "node":
            return self._found(told["id"], below)
        if name == "nodes":
            return [self._found(item, below) for item in listed(told["ids"])]
        if name == "lineage":
            return self._lineage(told, below)
        if name == "source":
            return self._source(told, below)
        (label,) = (item for item in self.model.labels if name in plurals(item))
        ids = [item for item, of in self.world.labels.items() if of == label and self.sees(item)]
        return self._connection(label, [(item, None) for item in ids], told, below)

    def _resolve(self, address: str) -> str | None:
        label = self.model.by_prefix.get(address.split(":")[0], "SourceRecord")
        if self.world.labels.get(address) == label and self.sees(address):
            return address
        if label not in self.model.entities:
            return None
        record = address.partition(":")[2]
        if not self.sees(record):
            return None
        ends = sorted(
            edge["to"]
            for edge in self.world.edges
            if edge["type"] == "DESCRIBES"
            and edge["from"] == record
            and self.world.labels[edge["to"]] == label
            and self.sees(edge["to"])
        )
        return ends[0] if ends else None

    def _found(self, address: Any, below: list[Any]) -> Any:
        found = self._resolve(str(address))
        return None if found is None else self._node(found, below)

    def _source(self, told: Row, below: list[Any]) -> Any:
        record = f"{told['system']}:{told['table']}:{told['key']}"
        if self.world.labels.get(record) != "SourceRecord" or not self.sees(record):
            return None

        def value(node: FieldNode, deeper: list[Any]) -> Any:
            if node.name.value == "record":
                return self._node(record, deeper)
            if node.name.value == "entities":
                return self._described(record, deeper)
            return {"id": record, "folded": False}[node.name.value]

        return self._object("Source", below, value)

    # -- nodes

    def _node(self, identity: str, below: list[Any]) -> Row:
        kind = self.world.labels[identity]
        label = self.model.labels[kind]
        row = self.world.nodes[identity]

        def value(node: FieldNode, deeper: list[Any]) -> Any:
            name = node.name.value
            for item in label.properties:
                if item.name == name:
                    told = row.get(name)
                    return json.loads(told) if told is not None and item.type == "json" else told
            for facts in label.lists:
                if facts.name == name:
                    return self._facts(kind, facts, row, deeper)
            if name == "entities":
                return self._described(identity, deeper)
            relation = self.model.relation(kind, name)
            ends = self._ends(identity, relation)
            if relation.many:
                return self._connection(relation.target, ends, self._arguments(node), deeper)
            first = min((end for end, _ in ends), default=None)
            return None if first is None else self._node(first, deeper)

        return self._object(kind, below, value)

    def _facts(self, kind: str, facts: Any, row: Row, below: list[Any]) -> list[Row]:
        out = []
        for one in facts.values:
            if one not in (row.get(facts.stored_values) or ()):
                continue

            def value(node: FieldNode, _: list[Any], one: str = one) -> Any:
                if node.name.value == facts.discriminator:
                    return one
                return row.get(f"{one}_{node.name.value}")

            out.append(self._object(f"{kind}{facts.name.capitalize()}", below, value))
        return out

    def _described(self, record: str, below: list[Any]) -> list[Row]:
        ends = sorted(
            edge["to"]
            for edge in self.world.edges
            if edge["type"] == "DESCRIBES" and edge["from"] == record and self.sees(edge["to"])
        )
        return [self._node(end, below) for end in ends]

    def _ends(self, identity: str, relation: Any) -> list[tuple[str, Row | None]]:
        here, there = ("from", "to") if relation.outgoing else ("to", "from")
        return [
            (edge[there], edge)
            for edge in self.world.edges
            if edge["type"] == relation.edge.type
            and edge[here] == identity
            and self.world.labels[edge[there]] == relation.target
            and self.sees(edge[there])
        ]

    # -- connections

    def _connection(
        self, label: str, ends: list[tuple[str, Row | None]], told: Row, below: list[Any]
    ) -> Row:
        kept = [end for end in ends if self._holds(end[0], label, told.get("where"))]
        order = (told.get("orderBy") or "ID_ASC").rsplit("_", 1)
        name = {constant(item.name): item.name for item in self.model.labels[label].sortable}[
            order[0]
        ]
        down = order[1] == "DESC"
        keyed = sorted(
            ((self._key(label, name, end[0]), end) for end in kept),
            key=lambda item: item[0],
            reverse=down,
        )
        spelled = f"{label} {name} {order[1].lower()}"
        after, before = (self._key_in(told.get(item)) for item in ("after", "before"))
        inside = [
            item
            for item in keyed
            if (after is None or (item[0] < after if down else item[0] > after))
            and (before is None or (item[0] > before if down else item[0] < before))
        ]
        first, last = told.get("first"), told.get("last")
        if last is not None:
            page = inside[-last:] if last else []
        else:
            page = inside[: 20 if first is None else first]
        cut = len(inside) > len(page)
        behind = after is not None and any(
            (key >= after if down else key <= after) for key, _ in keyed
        )
        ahead = before is not None and any(
            (key <= before if down else key >= before) for key, _ in keyed
        )
        info = {
            "hasNextPage": ahead if last is not None else cut,
            "hasPreviousPage": cut if last is not None else behind,
            "startCursor": cursor(spelled, page[0][0]) if page else None,
            "endCursor": cursor(spelled, page[-1][0]) if page else None,
        }

        def value(node: FieldNode, deeper: list[Any]) -> Any:
            asked = node.name.value
            if asked == "totalCount":
                return len(kept)
            if asked == "nodes":
                return [self._node(end, deeper) for _, (end, _) in page]
            if asked == "pageInfo":
                return self._object("PageInfo", deeper, lambda item, _: info[item.name.value])
            return [self._edge(label, spelled, key, end, deeper) for key, end in page]

        return self._object(f"{label}Connection", below, value)

    def _edge(
        self, label: str, order: str, key: str, end: tuple[str, Row | None], below: list[Any]
    ) -> Row:
        def value(node: FieldNode, deeper: list[Any]) -> Any:
            if node.name.value == "cursor":
                return cursor(order, key)
            if node.name.value == "node":
                return self._node(end[0], deeper)
            return (end[1] or {}).get(node.name.value)

        return self._object(f"{label}Edge", below, value)

    def _key(self, label: str, name: str, identity: str) -> str:
        if name == "id":
            return identity
        value = self.world.nodes[identity].get(name)
        if value is None:
            return f"1|{identity}"
        kind = self.model.labels[label].field(name).type
        if kind in ("int", "long", "float"):
            (bits,) = struct.unpack(">q", struct.pack(">d", float(value) + 0.0))
            shown = f"{(~bits if bits < 0 else bits | (1 << 63)) & (2**64 - 1):016x}"
        else:
            letters = [c if ord(c) < 0xD7FE else f"\ud7fe{ord(c):06x}" for c in clean(value)]
            shown = "".join(letters) + "\x01"
        return f"0{shown}|{identity}"

    def _key_in(self, text: str | None) -> str | None:
        return None if text is None else base64.urlsafe_b64decode(text).decode().split("\n", 1)[1]

    # -- filters

    def _holds(self, identity: str, label: str, where: Row | None) -> bool:
        return all(
            self._one(identity, label, key, condition) for key, condition in (where or {}).items()
        )

    def _one(self, identity: str, label: str, key: str, condition: Any) -> bool:
        if key == "not":
            return not self._holds(identity, label, condition)
        if key == "and":
            return all(self._holds(identity, label, item) for item in listed(condition))
        if key == "or":
            return any(self._holds(identity, label, item) for item in listed(condition))
        kinds = {item.name: item.type for item in self.model.labels[label].properties}
        if key in kinds:
            value = self.world.nodes[identity].get(key)
            return all(
                compare(value, operator, stored(kinds[key], operand))
                for operator, operand in condition.items()
            )
        relation = self.model.relation(label, key)
        ends = [end for end, _ in self._ends(identity, relation)]
        for quantifier, inner in condition.items():
            held = [self._holds(end, relation.target, inner) for end in ends]
            fine = {"some": any(held), "none": not any(held), "every": all(held)}
            if not fine[quantifier]:
                return False
        return True

    # -- lineage

    def _lineage(self, told: Row, below: list[Any]) -> Any:
        start = self._resolve(str(told["id"]))
        if start is None or self.world.labels[start] not in self.model.entities:
            return None
        up = told.get("direction") != "DOWNSTREAM"
        limit = 10 if told.get("depth") is None else told["depth"]
        here, there = ("from", "to") if up else ("to", "from")
        types = {
            edge.type for edge in self.model.edges if edge.lineage or (edge.members and not up)
        }
        out: dict[str, list[Row]] = {}
        for edge in self.world.edges:
            if edge["type"] in types and self.sees(edge[there]):
                out.setdefault(edge[here], []).append(edge)
        depth = {start: 0}
        queue = [start]
        for identity in queue:
            if depth[identity] < limit:
                for edge in out.get(identity, ()):
                    if edge[there] not in depth:
                        depth[edge[there]] = depth[identity] + 1
                        queue.append(edge[there])
        edges = [
            edge for identity in queue if depth[identity] < limit for edge in out.get(identity, ())
        ]
        edges.sort(key=lambda edge: (edge["from"], edge["type"], edge["to"]))
        stops = {item: self._stop(item, out.get(item), depth[item] >= limit, up) for item in queue}

        def value(node: FieldNode, deeper: list[Any]) -> Any:
            if node.name.value == "complete":
                return "DEPTH" not in stops.values()
            if node.name.value == "edges":
                return [
                    self._object("LineageEdge", deeper, lambda n, _, e=edge: e.get(n.name.value))
                    for edge in edges
                ]
            ordered = sorted(queue, key=lambda item: (depth[item], item))
            return [self._lineage_node(item, depth[item], stops[item], deeper) for item in ordered]

        return self._object("Lineage", below, value)

    def _lineage_node(self, identity: str, depth: int, stop: str | None, below: list[Any]) -> Row:
        def value(node: FieldNode, deeper: list[Any]) -> Any:
            if node.name.value == "node":
                return self._node(identity, deeper)
            return {"depth": depth, "stop": stop}[node.name.value]

        return self._object("LineageNode", below, value)

    def _stop(self, identity: str, more: Any, at_limit: bool, up: bool) -> str | None:
        if more:
            return "DEPTH" if at_limit else None
        label = self.model.labels[self.world.labels[identity]]
        return "ORIGIN" if up and label.origin else "UNKNOWN"


def refuse_null(where: Any) -> None:
    """A filter as a whole may be null; nothing inside of it may be, or be left open."""
    for item in where.values() if isinstance(where, dict) else where or ():
        if item is None or item is MISSING:
            raise RefusedNull
        if isinstance(item, dict | list):
            refuse_null(item)


def listed(value: Any) -> list[Any]:
    """GraphQL takes one value where a list is meant."""
    return value if isinstance(value, list) else [value]


def stored(kind: str, operand: Any) -> Any:
    """What is compared with, in the form in which it is stored."""
    if isinstance(operand, list):
        return [stored(kind, item) for item in operand]
    if kind == "instant" and isinstance(operand, str):
        told = datetime.fromisoformat(operand).astimezone(UTC)
        return told.strftime("%Y-%m-%dT%H:%M:%S.") + f"{told.microsecond // 1000:03}Z"
    return unicodedata.normalize("NFC", operand) if isinstance(operand, str) else operand


def clean(value: Any) -> str:
    """Text as it enters an order key."""
    return str(value).replace("\x00", " ").replace("\x01", " ")


def compare(value: Any, operator: str, operand: Any) -> bool:
    """A comparison with an absent value is false."""
    if operator == "exists":
        return (value is not None) == operand
    if value is None:
        return False
    tests: Mapping[str, Callable[[], bool]] = {
        "eq": lambda: value == operand,
        "ne": lambda: value != operand,
        "gt": lambda: value > operand,
        "gte": lambda: value >= operand,
        "lt": lambda: value < operand,
        "lte": lambda: value <= operand,
        "in": lambda: value in listed(operand),
        "has": lambda: operand in value,
        "contains": lambda: operand in value,
        "startsWith": lambda: value.startswith(operand),
        "endsWith": lambda: value.endswith(operand),
    }
    return tests[operator]()


def cursor(order: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{order}\n{key}".encode()).decode()


def constant(name: str) -> str:
    out = ""
    for before, letter in zip(" " + name, name, strict=False):
        out += ("_" if letter.isupper() and before.islower() else "") + letter.upper()
    return out


def plurals(label: str) -> tuple[str, ...]:
    word = label[0].lower() + label[1:]
    return (f"{word}s", f"{word}es", f"{word[:-1]}ies")
