"""Root fields: connections, node, nodes, lineage and source."""

from collections.abc import Callable
from typing import Any

from graph.model import Model
from graph.resolvers.addresses import found_by_id, label_of, record_of, spelled
from graph.resolvers.binding import Many, plain
from graph.resolvers.compiler import Compiler, block, where
from graph.resolvers.limits import check
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
            return self.compiler.connection(field, self.connections[field.name], 1, 1)
        if field.name == "lineage":
            piece, walk = Lineage(self.compiler, field).piece()
            self.walks += [walk] if walk else []
            return piece
        return {"node": self._node, "nodes": self._nodes, "source": self._source}[field.name](field)

    def _node(self, field: Field) -> Piece:
        identity = field.arguments["id"]
        label = label_of(self.model, self.scope.parameters.fix(identity))
        reference = self.scope.parameters.add(identity, spelled)
        record = self.scope.parameters.add(identity, record_of)
        far, out = self.scope.name("n"), self.scope.name("r")
        below = self.compiler.document.below(self.compiler.document.object(label), field)
        inner = self.compiler.entity(below, far, label, 1, 1)
        lines = [
            *found_by_id(self.scope, label, far, reference, record),
            *inner.clauses,
            f"RETURN collect({inner.expression}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), out, lambda raw: inner.read(raw[0]) if raw else None)

    def _nodes(self, field: Field) -> Piece:
        """Many ids, those of one label in one subquery."""
        ids = field.arguments["ids"]
        known = [self.scope.parameters.fix(item) for item in ids]
        if isinstance(ids, Many):
            self.scope.parameters.fix(ids)
        check("ids", len(known), self.compiler.limits.ids)
        lines: list[str] = []
        entries: list[str] = []
        readers: dict[str, Any] = {}
        for label in dict.fromkeys(label_of(self.model, item) for item in known):
            mine = [
                {"at": place, "id": spelled(item), "record": record_of(item)}
                for place, item in enumerate(known)
                if label_of(self.model, item) == label
            ]
            piece, out = self._nodes_of(field, label, mine)
            lines += piece.clauses
            entries.append(f"{label}: {out}")
            readers[label] = piece.read

        def read(raw: dict[str, Any]) -> list[Any]:
            found: list[Any] = [None] * len(known)
            for label, reader in readers.items():
                for item in raw[label]:
                    found[item["at"]] = reader(item["n"])
            return found

        return Piece(tuple(lines), f"{{{', '.join(entries) or 'x: 0'}}}", read)

    def _nodes_of(self, field: Field, label: str, mine: list[dict[str, Any]]) -> tuple[Piece, str]:
        item, far, out = self.scope.name("i"), self.scope.name("n"), self.scope.name("r")
        below = self.compiler.document.below(self.compiler.document.object(label), field)
        inner = self.compiler.entity(below, far, label, len(mine), 1)
        self.compiler.count(len(mine))
        found = found_by_id(self.scope, label, far, f"{item}.id", f"{item}.record")
        lines = [
            f"UNWIND {self.scope.parameters.add(mine)} AS {item}",
            f"CALL ({item}) {{",
            *["  " + line for line in (*found, f"RETURN {far}")],
            "}",
            *inner.clauses,
            f"RETURN collect({{at: {item}.at, n: {inner.expression}}}) AS {out}",
        ]
        return Piece(tuple(block("", *lines)), inner.expression, inner.read), out

    def _source(self, field: Field) -> Piece:
        """A row: its own record, or that of the row it was folded into."""
        words = [plain(self.scope.parameters.fix(field.arguments[name])) for name in ROW]
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
                    self.compiler.document.below(kind, item), far, label, 1, 2
                )
            elif item.name == "entities":
                inner = self.compiler.entity([item], far, label, 1, 1)
                read = inner.read
                inner = Piece(inner.clauses, inner.expression, _only(read, item.key))
            else:
                continue
            clauses += inner.clauses
            entries.append(f"{item.key}: {inner.expression}")
            readers[item.key] = inner.read

        def read_source(raw: list[dict[str, Any]]) -> Any:
            if not raw:
                return None
            tree = {key: reader(raw[0][key]) for key, reader in readers.items()}
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
