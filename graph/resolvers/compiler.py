"""From a selection to a plan: pieces of Cypher for nodes, relations and lists of facts."""

from collections.abc import Sequence

from graph.engine import Dialect
from graph.model import FactList, Relation
from graph.resolvers.connections import Connection, connection_reader
from graph.resolvers.filters import Condition, Scope, both, conditions, pattern
from graph.resolvers.limits import Count, Limits, Rows, check
from graph.resolvers.pages import page_of
from graph.resolvers.plan import Keys, Piece, Read
from graph.resolvers.readers import Entries, any_reader, each_reader, first_reader, sorted_reader
from graph.resolvers.selection import Document, Field

COMMON = ("id", "name", "state")
"""Fields that every entity has, whatever its label."""


class Compiler:
    """Compiles the selections of one document."""

    def __init__(self, document: Document, scope: Scope, dialect: Dialect, limits: Limits) -> None:
        self.document = document
        self.scope = scope
        self.dialect = dialect
        self.limits = limits
        self.keys: list[Keys] = []
        self.counts: list[Count] = []

    def entity(
        self, fields: Sequence[Field], variable: str, label: str, rows: Rows, depth: int
    ) -> Piece:
        """A node of a known label: its map, and the subqueries that the map refers to."""
        check("depth of the document", depth, self.limits.depth)
        described = self.scope.model.labels[label]
        properties = {item.name for item in described.properties}
        lists = {facts.name: facts for facts in described.lists}
        clauses: list[str] = []
        made = Entries()
        for field in fields:
            if field.name == "__typename":
                made.constant(field.key, label)
            elif field.name in properties:
                made.named(field.key, field.name, f"{variable}.{field.name}")
            elif field.name in lists:
                expression, read = self._facts(field, variable, lists[field.name])
                made.add(field.key, expression, read)
            else:
                piece = self._related(field, variable, label, rows, depth)
                clauses.extend(piece.clauses)
                made.add(field.key, piece.expression, piece.read)
        return Piece(tuple(clauses), made.expression, made.reader(label))

    def _related(self, field: Field, variable: str, label: str, rows: Rows, depth: int) -> Piece:
        if field.name == "entities":
            return self._described(field, variable, rows, depth)
        relation = self.scope.model.relation(label, field.name)
        if relation.many:
            return self.connection(field, relation.target, rows, depth, (variable, relation))
        return self._one(field, variable, relation, rows, depth)

    def _one(
        self, field: Field, variable: str, relation: Relation, rows: Rows, depth: int
    ) -> Piece:
        far, out = self.scope.name("n"), self.scope.name("o")
        kind = self.document.object(relation.target)
        inner = self.entity(self.document.below(kind, field), far, relation.target, rows, depth + 1)
        self.count(rows)
        lines = [
            f"CALL ({variable}) {{",
            *indent(
                f"MATCH {pattern(variable, relation, far)}",
                *where(self.scope.visible(far, relation.target)),
                f"WITH {far} ORDER BY {far}.id LIMIT 1",
                *inner.clauses,
                f"RETURN collect({inner.expression}) AS {out}",
            ),
            "}",
        ]
        return Piece(tuple(lines), out, first_reader(inner.read))

    def _described(self, field: Field, variable: str, rows: Rows, depth: int) -> Piece:
        """Everything that a source record describes, whatever its label."""
        far, out = self.scope.name("n"), self.scope.name("o")
        labels = self.scope.model.entities
        inner = self.any_entity(field, far, labels, rows, depth + 1)
        self.count(rows)
        lines = [
            f"CALL ({variable}) {{",
            *indent(
                f"MATCH ({variable})-[:DESCRIBES]->({far})",
                *where(self.scope.visible_any(far, labels)),
                *inner.clauses,
                f"RETURN collect({{id: {far}.id, n: {inner.expression}}}) AS {out}",
            ),
            "}",
        ]
        return Piece(tuple(lines), out, sorted_reader(inner.read))

    def any_entity(
        self, field: Field, variable: str, labels: Sequence[str], rows: Rows, depth: int
    ) -> Piece:
        """A node of one of several labels: common fields, and a subquery for each label named."""
        check("depth of the document", depth, self.limits.depth)
        named = [label for label in labels if label in self.document.conditions(field)]
        others = [label for label in labels if label not in named]
        clauses: list[str] = []
        entries = [f"l: labels({variable})[0]"]
        readers: dict[str, Read] = {}
        for label in named:
            below = self.document.below(self.document.object(label), field)
            alias, out = self.scope.name("n"), self.scope.name("o")
            piece = self.entity(below, alias, label, rows, depth)
            clauses += [
                f"CALL ({variable}) {{",
                *indent(
                    f"WITH {variable} AS {alias} WHERE {alias}:{label}",
                    *piece.clauses,
                    f"RETURN collect({piece.expression}) AS {out}",
                ),
                "}",
            ]
            entries.append(f"{label}: {out}")
            readers[label] = piece.read
        base = self.document.below(self.document.object(others[0]), field) if others else []
        known = dict.fromkeys(item.name for item in base if item.name in COMMON)
        if others:
            entries.append(f"b: {{{', '.join(f'{name}: {variable}.{name}' for name in known)}}}")
        return Piece(tuple(clauses), f"{{{', '.join(entries)}}}", any_reader(readers, base))

    def _facts(self, field: Field, variable: str, facts: FactList) -> tuple[str, Read]:
        """A list of maps, one for each value of the discriminator that has facts."""
        label = f"{self.document.schema.type_map[field.type.name]}"
        below = self.document.below(self.document.object(label), field)
        cases = []
        read: Read = Entries().reader(label)
        for value in facts.values:
            made = Entries()
            for item in below:
                if item.name == "__typename":
                    made.constant(item.key, label)
                elif item.name == facts.discriminator:
                    made.named(item.key, item.name, f"'{value}'")
                else:
                    stored = facts.stored(value, item.name)
                    made.named(item.key, item.name, f"{variable}.{stored}")
            test = f"'{value}' IN {variable}.{facts.stored_values}"
            cases.append(f"CASE WHEN {test} THEN {made.expression} END")
            read = made.reader(label)
        one = self.scope.name("v")
        return f"[{one} IN [{', '.join(cases)}] WHERE {one} IS NOT NULL]", each_reader(read)

    def connection(
        self,
        field: Field,
        label: str,
        rows: Rows,
        depth: int,
        from_: tuple[str, Relation] | None = None,
    ) -> Piece:
        """A page of a label, of all of it or of what one relation leads to."""
        scope = self.scope
        page = page_of(scope.model.labels[label], field.arguments, scope.parameters)
        kind = self.document.object(f"{label}Connection")
        asked = Connection.of(self.document, self.document.below(kind, field), label)
        far, edge = scope.name("n"), scope.name("e")
        outer = from_[0] if from_ else ""
        head = pattern(outer, from_[1], far, edge) if from_ else f"({far}:{label})"
        asked_for = conditions(scope, far, label, field.arguments.get("where"))
        asked_for.insert(0, Condition(scope.visible(far, label)))
        test = both(*(item.text for item in asked_for))
        clauses: list[str] = []
        entries: list[str] = []
        node_reads: list[Read] = []
        if asked.wants_items:
            self.count(rows, page.limit)
            inner = rows.times(page.limit)
            pieces = [self.entity(below, far, label, inner, depth + 2) for below in asked.nodes]
            node_reads = [piece.read for piece in pieces]
            entries += [f"i: {(out := scope.name('c'))}", f"s: {page.limit}"]
            item = [f"k: {far}.{page.key}"]
            item += [f"n{place}: {piece.expression}" for place, piece in enumerate(pieces)]
            if from_ and asked.edge_properties:
                known = ", ".join(f"{name}: {edge}.{name}" for name in asked.edge_properties)
                item.append(f"e: {{{known}}}")
            carried = f"{far}, {edge}" if from_ else far
            cut = f"ORDER BY {page.order_by(far)} LIMIT {page.limit}"
            if from_ is None and not self.dialect.nested_pages_use_index:
                found = self._keys_apart(label, far, page.bounds(far), asked_for, cut)
            else:
                condition = both(page.bounds(far), test)
                found = [f"MATCH {head}", *where(condition), f"WITH {carried} {cut}"]
            clauses += block(
                outer,
                *found,
                *[line for piece in pieces for line in piece.clauses],
                f"RETURN collect({{{', '.join(item)}}}) AS {out}",
            )
        if asked.wants_total:
            entries.append(f"t: {(out := scope.name('t'))}")
            clauses += block(outer, f"MATCH {head}", *where(test), f"RETURN count({far}) AS {out}")
        outside = page.outside(far) if asked.wants_page else ""
        if outside:
            entries.append(f"p: {(out := scope.name('p'))}")
            tested = f"MATCH {head} WHERE {both(outside, test)}"
            clauses += block(outer, f"RETURN EXISTS {{ {tested} }} AS {out}")
        read = connection_reader(asked, page, node_reads)
        return Piece(tuple(clauses), f"{{{', '.join(entries)}}}", read)

    def _keys_apart(
        self, label: str, far: str, bounds: str, asked_for: Sequence[Condition], cut: str
    ) -> list[str]:
        """Ask for the page's ids in a statement of their own, which reads in index order."""
        name = f"k{len(self.keys)}"
        sought = [item.text for item in asked_for if item.seeks]
        others = both(*(item.text for item in asked_for if not item.seeks))
        condition = both(bounds, *sought, self.dialect.beside_order(others))
        lines = [f"MATCH ({far}:{label})", *where(condition), f"RETURN {far}.id AS id {cut}"]
        self.keys.append(Keys(name, "\n".join(lines)))
        at = self.scope.name("i")
        return [f"UNWIND ${name} AS {at}", f"MATCH ({far}:{label} {{id: {at}}})"]

    def count(self, rows: Rows, page: str = "") -> None:
        """Add to what the document could hold; a request that asks too much is refused."""
        self.counts.append(Count(rows, page))


def block(outer: str, *lines: str) -> list[str]:
    """A subquery that gives one row, within the scope of a variable or of none."""
    return [f"CALL ({outer}) {{", *indent(*lines), "}"]


def indent(*lines: str) -> list[str]:
    """Lines two spaces to the right: statements are read by people."""
    return [f"  {line}" for line in lines]


def where(predicate_text: str) -> list[str]:
    """A WHERE line, where there is something to ask."""
    return [f"WHERE {predicate_text}"] if predicate_text else []
