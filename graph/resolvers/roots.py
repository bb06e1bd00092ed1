"""Root fields: connections, node, nodes, lineage and source."""

from collections.abc import Callable
from functools import partial
from typing import Any

from graph.model import Model
from graph.resolvers.addresses import (
    found_by_id,
    label_of,
    labels_of,
    places_of,
    record_of,
    spelled,
)
from graph.resolvers.compiler import Compiler, block, where
from graph.resolvers.limits import Rows, check
from graph.resolvers.lineage import Lineage
from graph.resolvers.plan import Piece, Walk
from graph.resolvers.selection import Field
from graph.schema.names import plural

Locate = Callable[[str, str, str], tuple[str, bool]]
"""Takes system, table and key of a row; gives the id of the record that answers for it, and
whether the row is folded into that record."""


def own_record(system: str, table: str, key: str) -> tuple[str, bool]:
    """Every row answers for itself, where nobody knows what was folded into what."""
    return f"{system}:{table}:{key}", False


class Roots:
    """Compiles root fields."""

    def __init__(self, compiler: Compiler, locate: Locate) -> None:
        self.compiler = compiler
        self.scope = compiler.scope
        self.model: Model = compiler.scope.model
        self.locate = locate
        self.walks: list[Walk] = []
        self.located = False
        self.connections = {plural(label): label for label in self.model.labels}

    def knows(self, name: str) -> bool:
        """Whether a root field can be compiled."""
        return name in self.connections or name in ("node", "nodes", "lineage", "source")

    def piece(self, field: Field) -> Piece:
        """The piece of one root field."""
        if field.name in self.connections:
            return self.compiler.connection(field, self.connections[field.name], Rows(), 1)
        if field.name == "lineage":
            piece, walk = Lineage(self.compiler, field).piece()
            self.walks += [walk] if walk else []
            return piece
        return {"node": self._node, "nodes": self._nodes, "source": self._source}[field.name](field)

    def _node(self, field: Field) -> Piece:
        identity = field.arguments["id"]
        label = self.scope.parameters.see(identity, "label", partial(label_of, self.model))
        reference = self.scope.parameters.add(identity, spelled)
        record = self.scope.parameters.add(identity, record_of)
        far, out = self.scope.name("n"), self.scope.name("r")
        below = self.compiler.document.below(self.compiler.document.object(label), field)
        inner = self.compiler.entity(below, far, label, Rows(), 1)
        lines = [
            *found_by_id(self.scope, label, far, reference, record),
            *inner.clauses,
            f"RETURN collect({inner.expression}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), out, lambda raw: inner.read(raw[0]) if raw else None)

    def _nodes(self, field: Field) -> Piece:
        """Many ids, those of one label in one subquery."""
        ids = field.arguments["ids"]
        parameters = self.scope.parameters
        number = parameters.add(ids, self._number)
        lines: list[str] = []
        entries = [f"s: {number}"]
        readers: dict[str, Any] = {}
        for label in parameters.see(ids, "labels", partial(labels_of, self.model)):
            mine = parameters.add(ids, partial(places_of, self.model, label))
            piece, out = self._nodes_of(field, label, mine)
            lines += piece.clauses
            entries.append(f"{label}: {out}")
            readers[label] = piece.read

        def read(raw: dict[str, Any]) -> list[Any]:
            found: list[Any] = [None] * raw["s"]
            for label, reader in readers.items():
                for item in raw[label]:
                    found[item["at"]] = reader(item["n"])
            return found

        return Piece(tuple(lines), f"{{{', '.join(entries)}}}", read)

    def _number(self, ids: list[str]) -> int:
        check("ids", len(ids), self.compiler.limits.ids)
        return len(ids)

    def _nodes_of(self, field: Field, label: str, mine: str) -> tuple[Piece, str]:
        item, far, out = self.scope.name("i"), self.scope.name("n"), self.scope.name("r")
        below = self.compiler.document.below(self.compiler.document.object(label), field)
        rows = Rows().times(mine)
        inner = self.compiler.entity(below, far, label, rows, 1)
        self.compiler.count(rows)
        found = found_by_id(self.scope, label, far, f"{item}.id", f"{item}.record")
        lines = [
            f"UNWIND {mine} AS {item}",
            f"CALL ({item}) {{",
            *["  " + line for line in (*found, f"RETURN {far}")],
            "}",
            *inner.clauses,
            f"RETURN collect({{at: {item}.at, n: {inner.expression}}}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), inner.expression, inner.read), out

    def _source(self, field: Field) -> Piece:
        """A row: its own record, or that of the row it was folded into."""
        words = [self.scope.parameters.fix(field.arguments[name]) for name in ROW]
        record, folded = self.locate(words[0], words[1], words[2])
        self.located = True
        far, out = self.scope.name("n"), self.scope.name("r")
        below = self.compiler.document.below(self.compiler.document.object("Source"), field)
        label = "SourceRecord"
        clauses: list[str] = []
        entries: list[str] = []
        readers: dict[str, Any] = {}
        for item in below:
            if item.name == "record":
                kind = self.compiler.document.object(label)
                inner = self.compiler.entity(
                    self.compiler.document.below(kind, item), far, label, Rows(), 2
                )
            elif item.name == "entities":
                inner = self.compiler.entity([item], far, label, Rows(), 1)
                read = inner.read
                inner = Piece(inner.clauses, inner.expression, _only(read, item.key))
            else:
                continue
            clauses += inner.clauses
            place = f"f{len(entries)}"
            entries.append(f"{place}: {inner.expression}")
            readers[item.key] = (place, inner.read)

        def read_source(raw: list[dict[str, Any]]) -> Any:
            if not raw:
                return None
            tree = {key: reader(raw[0][place]) for key, (place, reader) in readers.items()}
            values = {"id": record, "folded": folded}
            tree |= {item.key: values[item.name] for item in below if item.name in values}
            return tree

        lines = [
            f"MATCH ({far}:{label} {{id: {self.scope.parameters.add(record)}}})",
            *where(self.scope.visible(far, label)),
            *clauses,
            f"RETURN collect({{{', '.join(entries)}}}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), out, read_source)


ROW = ("system", "table", "key")


def _only(read: Callable[[Any], Any], key: str) -> Callable[[Any], Any]:
    return lambda raw: read(raw)[key]
