"""Lineage: the things a thing comes from, or that came of it, and how they hang together.

Its cost grows with the nodes and edges of the answer, never with the number of paths
between them. Where the engine prunes a walk over distinct nodes it is one subquery; where it
does not, the walk goes level by level and only the found ids enter the statement.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from graph.model import Edge, Model
from graph.problem import Problem
from graph.resolvers.addresses import found_by_id, label_of, record_of, spelled
from graph.resolvers.compiler import Compiler, block, indent, where
from graph.resolvers.limits import Rows, check
from graph.resolvers.plan import Piece, Read, Walk
from graph.resolvers.selection import Field

DEFAULT_DEPTH = 10


def followed(model: Model, *, upstream: bool) -> tuple[Edge, ...]:
    """The edges that a lineage follows.

    Downstream also those from a thing to its members: what came of a visit came of its datasets.
    Never the other way: what came of a visit as a whole did not come of one dataset of it.
    """
    return model.lineage_edges if upstream else (*model.lineage_edges, *model.member_edges)


def lineage_labels(edges: Iterable[Edge]) -> tuple[str, ...]:
    """The labels that a lineage may meet."""
    return tuple(dict.fromkeys(label for edge in edges for label in (edge.source, edge.target)))


def lineage_types(edges: Iterable[Edge]) -> str:
    """The types of lineage as Cypher, `DERIVED_FROM|USED`."""
    return "|".join(dict.fromkeys(edge.type for edge in edges))


class Lineage:
    """Compiles one lineage field."""

    def __init__(self, compiler: Compiler, field: Field) -> None:
        self.compiler = compiler
        self.scope = compiler.scope
        self.field = field
        parameters = self.scope.parameters
        identity = field.arguments["id"]
        self.label = parameters.see(identity, "label", partial(label_of, self.scope.model))
        self.identity = parameters.add(identity, spelled)
        self.record = parameters.add(identity, record_of)
        direction = parameters.fix(field.arguments.get("direction"))
        self.upstream = getattr(direction, "value", direction) in (None, "upstream")
        depth = parameters.fix(field.arguments.get("depth"))
        self.depth = DEFAULT_DEPTH if depth is None else depth
        if self.depth < 0:
            raise Problem(f"depth is {self.depth}", todo="ask for 0 or more")
        check("depth of a lineage", self.depth, compiler.limits.lineage_depth)
        edges = followed(self.scope.model, upstream=self.upstream)
        self.types = lineage_types(edges)
        self.labels = tuple(dict.fromkeys((*lineage_labels(edges), self.label)))
        kind = compiler.document.object("Lineage")
        self.asked = compiler.document.below(kind, field)
        self.node_fields = [item for item in self.asked if item.name == "nodes"]

    def piece(self) -> tuple[Piece, Walk | None]:
        """The lineage as a piece, with a walk where the engine needs one."""
        if self.label not in self.scope.model.entities:
            return Piece((), "[]", lambda _: None), None
        if self.compiler.dialect.prunes_walks:
            return self._pruned(), None
        return self._by_level()

    def arrow(self, source: str, target: str, edge: str, more: str = "") -> str:
        """A pattern along lineage in the direction that was asked for."""
        left, right = ("-", "->") if self.upstream else ("<-", "-")
        return f"({source}){left}[{edge}:{self.types}{more}]{right}({target})"

    def _pruned(self) -> Piece:
        start, far, at, path = (self.scope.name(stem) for stem in ("s", "m", "d", "w"))
        inside = self.scope.visible_any("v", self.labels)
        walk = [
            f"MATCH {path} = {self.arrow(start, far, '', f'*1..{max(self.depth, 1)}')}",
            *where(f"all(v IN nodes({path}) WHERE {inside})" if inside else ""),
            f"WITH {far}, min(length({path})) AS {at} WHERE {at} <= {self.depth}",
            f"RETURN {far}, {at}",
            f"UNION RETURN {start} AS {far}, 0 AS {at}",
        ]
        nodes, reads, entries = self._nodes(far)
        out, edges, more = (self.scope.name(stem) for stem in ("r", "g", "h"))
        next_, known = self.scope.name("x"), self.scope.name("e")
        seen = self.scope.visible_any(next_, self.labels)
        limit = self.compiler.limits.lineage_nodes + 1
        lines = [
            *found_by_id(self.scope, self.label, start, self.identity, self.record),
            f"CALL ({start}) {{",
            *indent(*walk),
            "}",
            f"WITH {far}, min({at}) AS {at} ORDER BY {at} LIMIT {limit}",
            f"CALL ({far}, {at}) {{",
            *indent(
                f"WITH {far} AS a, {at} AS at WHERE at < {self.depth}",
                f"MATCH {self.arrow('a', next_, known)}",
                *where(seen),
                f"RETURN collect({{{_edge_map(known, self.upstream, 'a', next_)}}}) AS {edges}",
            ),
            "}",
            f"CALL ({far}) {{",
            *indent(
                f"RETURN EXISTS {{ MATCH {self.arrow(far, next_, '')}"
                f"{' WHERE ' + seen if seen else ''} }} AS {more}"
            ),
            "}",
            *nodes,
            f"RETURN collect({{id: {far}.id, l: labels({far})[0], d: {at}, e: {edges}, "
            f"m: {more}{entries}}}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), out, self._reader(reads))

    def _by_level(self) -> tuple[Piece, Walk]:
        name = f"w{self.scope.name('')}"
        start, far, at = (self.scope.name(stem) for stem in ("s", "m", "i"))
        begin = found_by_id(self.scope, self.label, start, self.identity, self.record)
        end = [f"RETURN {start}.id AS id, labels({start})[0] AS label"]
        walk = Walk(
            name,
            "\n".join([*begin, *end]),
            {label: self._level(label) for label in self.labels},
            self.depth,
            self.compiler.limits.lineage_nodes,
            self.compiler.limits.lineage_edges,
        )
        lines: list[str] = []
        outs: list[str] = []
        all_reads: dict[str, list[tuple[str, Read]]] = {}
        for label in self.labels if self.node_fields else ():
            out = self.scope.name("r")
            nodes, reads, entries = self._nodes(far, label)
            found = [
                f"UNWIND ${name}.{label} AS {at}",
                f"MATCH ({far}:{label} {{id: {at}}})",
                *nodes,
                f"RETURN collect({{id: {far}.id{entries}}}) AS {out}",
            ]
            lines += block("", *found)
            outs.append(f"{label}: {out}")
            all_reads[label] = reads
        reader = self._level_reader(all_reads)
        return Piece(
            tuple(lines), f"{{w: ${name}.walk, {', '.join(outs) or 'x: 0'}}}", reader
        ), walk

    def _level(self, label: str) -> str:
        """One step of the walk from nodes of one label."""
        seen = self.scope.visible_any("b", self.labels)
        return "\n".join(
            [
                f"UNWIND $ids AS id MATCH (a:{label} {{id: id}})",
                f"MATCH {self.arrow('a', 'b', 'e')}",
                *where(seen),
                "RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, "
                f"{{{_edge_map('e', self.upstream, 'a', 'b')}}} AS edge "
                f"LIMIT {self.compiler.limits.lineage_edges + 1}",  # behind a hub are millions
            ]
        )

    def _nodes(
        self, variable: str, label: str = ""
    ) -> tuple[list[str], list[tuple[str, Read]], str]:
        """The projections of the nodes that are asked for: lines, readers, map entries."""
        lines: list[str] = []
        reads: list[tuple[str, Read]] = []
        entries = ""
        kind = self.compiler.document.object("LineageNode")
        for field in self.node_fields:
            for item in self.compiler.document.below(kind, field):
                if item.name != "node":
                    continue
                piece = self._node(item, variable, label)
                lines += piece.clauses
                place = f"n{len(reads)}"
                entries += f", {place}: {piece.expression}"
                reads.append((place, piece.read))
        return lines, reads, entries

    def _node(self, item: Field, variable: str, label: str) -> Piece:
        rows = Rows(20)
        if label:
            below = self.compiler.document.below(self.compiler.document.object(label), item)
            return self.compiler.entity(below, variable, label, rows, 2)
        return self.compiler.any_entity(item, variable, self.labels, rows, 2)

    def _reader(self, reads: list[tuple[str, Read]]) -> Read:
        def read(raw: list[dict[str, Any]]) -> Any:
            if not raw:
                return None
            check("nodes of a lineage", len(raw), self.compiler.limits.lineage_nodes)
            rows = sorted(raw, key=lambda row: (row["d"], row["id"]))
            edges = [edge for row in rows for edge in row["e"]]
            check("edges of a lineage", len(edges), self.compiler.limits.lineage_edges)
            return self._tree(rows, edges, reads)

        return read

    def _level_reader(self, reads: dict[str, list[tuple[str, Read]]]) -> Read:
        def read(raw: dict[str, Any]) -> Any:
            walk = raw["w"]
            if not walk["nodes"]:
                return None
            told = {
                item["id"]: [fix(item[place]) for place, fix in reads[label]]
                for label in reads
                for item in raw[label]
            }
            rows = sorted(walk["nodes"], key=lambda row: (row["d"], row["id"]))
            for row in rows:
                row["told"] = told.get(row["id"], [])
            return self._tree(rows, walk["edges"], [])

        return read

    def _tree(
        self, rows: list[dict[str, Any]], edges: list[dict[str, Any]], reads: list[tuple[str, Read]]
    ) -> dict[str, Any]:
        model = self.scope.model
        for row in rows:
            if "told" not in row:
                row["told"] = [fix(row[place]) for place, fix in reads]
            row["stop"] = self._stop(model, row)
        tree: dict[str, Any] = {}
        place = 0
        for field in self.asked:
            if field.name == "nodes":
                tree[field.key], place = self._node_trees(field, rows, place)
            elif field.name == "edges":
                below = self.compiler.document.below(
                    self.compiler.document.object("LineageEdge"), field
                )
                ordered = sorted(edges, key=lambda edge: (edge["from"], edge["type"], edge["to"]))
                tree[field.key] = [
                    {item.key: edge.get(item.name) for item in below} for edge in ordered
                ]
            elif field.name == "complete":
                tree[field.key] = all(row["stop"] != "depth" for row in rows)
        return tree

    def _node_trees(
        self, field: Field, rows: list[dict[str, Any]], place: int
    ) -> tuple[list[dict[str, Any]], int]:
        below = self.compiler.document.below(self.compiler.document.object("LineageNode"), field)
        trees: list[dict[str, Any]] = []
        nodes = [item.key for item in below if item.name == "node"]
        for row in rows:
            tree: dict[str, Any] = {}
            for item in below:
                if item.name == "depth":
                    tree[item.key] = row["d"]
                elif item.name == "stop":
                    tree[item.key] = row["stop"]
            for offset, key in enumerate(nodes):
                tree[key] = row["told"][place + offset]
            trees.append(tree)
        return trees, place + len(nodes)

    def _stop(self, model: Model, row: dict[str, Any]) -> str | None:
        if row["m"]:
            return "depth" if row["d"] >= self.depth else None
        if self.upstream:
            return "origin" if model.labels[row["l"]].origin else "unknown"
        return "unknown"


def _edge_map(edge: str, upstream: bool, here: str, there: str) -> str:
    source, target = (here, there) if upstream else (there, here)
    return (
        f"type: type({edge}), from: {source}.id, to: {target}.id, basis: {edge}.basis, "
        f"rule: {edge}.rule, by: {edge}.by"
    )
