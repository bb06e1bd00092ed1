"""The tables of a snapshot as Ibis tables, with paths over their links.

Declared foreign keys are not trusted and not needed: a link that leads nowhere gives null.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import StringValue, Table, Value

from migrators.mapping.addresses import record_id
from migrators.mapping.constants import nothing
from migrators.mapping.named import ParameterRule
from migrators.mapping.paths import Path, Step
from migrators.mapping.values import pivoted
from migrators.staging import Snapshot
from migrators.staging.chunks import HASH
from migrators.staging.shape import Kind

Values = tuple[ParameterRule, Sequence[str]]
LIST_BREAK = r"[,;\s]+"
"""What separates the members of a list that a source keeps as text."""
KINDS = {"int": "int64", "float": "float64", "binary": "binary"}


def view_of(table: str, *, driven: bool = False) -> str:
    """What the rows of a staged table are called in statements.

    A rule goes over the rows of one table, which drive it, and looks up those of others. All rows
    drive in a first mapping; later only those whose outcome may have changed.
    """
    return f"d_{table}" if driven else f"t_{table}"


class Staged:
    """The tables of one snapshot, opened once.

    Parameters
    ----------
    backend
        An Ibis backend that reads Parquet.
    keys
        The key columns of every table that paths lead to, as the mapping spells them.
    values
        For every table whose rows have parameters: which table holds them, and the columns
        that rules ask of them.
    """

    def __init__(
        self,
        backend: Any,
        snapshot: Snapshot,
        keys: dict[str, tuple[str, ...]],
        values: Mapping[str, Values] | None = None,
    ) -> None:
        self.backend = backend
        self.snapshot = snapshot
        self.keys = keys
        self.values = values or {}
        self._tables: dict[tuple[str, bool], Table] = {}
        self._opened: dict[tuple[str, bool], Table] = {}
        self.made: dict[str, str] = {}
        """The statements of tables that were made to be read many times, by name."""
        self._pivots: dict[str, Table] = {}
        self.keep: Callable[[str, str], None] = self._keep_columns
        """Makes a table of a statement known to the engine, before it is read by others."""

    def _keep_columns(self, name: str, text: str) -> None:
        """While statements are made only its columns count."""
        none = f"SELECT * FROM ({text}) LIMIT 0"
        self.backend.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {none}')

    def has(self, table: str, column: str | None = None) -> bool:
        """Whether the source has the table, and the column if one is named."""
        found = self.snapshot.table(table)
        if found is None:
            return False
        if column is None:
            return True
        item = found.shape.column(column)
        return item is not None and item.name not in found.withheld

    def filled(self, table: str) -> bool:
        """Whether the source has rows in that table: rules over empty ones are left out."""
        found = self.snapshot.table(table)
        return found is not None and found.rows > 0

    def kind(self, table: str, column: str) -> Kind:
        """How the column was staged."""
        found = self.snapshot.table(table)
        item = found.shape.column(column) if found else None
        return item.kind if item else "text"

    def table(self, name: str, *, driven: bool = False) -> Table:
        """A staged table whose columns are called as its schema calls them."""
        place = (name, driven)
        if place not in self._tables:
            rows = self._open(name, driven=driven)
            doubt = self._doubtful(name)
            self._tables[place] = rows.filter(~doubt(rows)).drop("_nth") if doubt else rows
        return self._tables[place]

    def vouched(self, name: str) -> bool:
        """Whether the source itself says that the key of a table is one."""
        return self._doubtful(name) is None

    def refused(self, name: str) -> Table:
        """Rows without a key of their own, each with the reason; the first of a kind stays."""
        rows = self._open(name, driven=True)
        doubt = self._doubtful(name)
        if doubt is None:
            return rows.limit(0).mutate(reason=ibis.null("string"))
        missing = self._keyless(rows, name)
        reason = missing.ifelse("the key is empty", "the key occurs twice")
        return rows.filter(doubt(rows)).mutate(reason=reason).drop("_nth")

    def _keyless(self, rows: Table, name: str) -> Value:
        parts = [self.column(rows, name, key) for key in self.keys[name]]
        return reduce(lambda left, right: left | right, [part.isnull() for part in parts])

    def _doubtful(self, name: str) -> Callable[[Table], Value] | None:
        """What tells a row to refuse; None where the source itself vouches for its keys."""
        found = self.snapshot.table(name)
        if found is None or name not in self.keys:
            return None
        declared = {key.lower() for key in found.shape.key}
        if declared == {key.lower() for key in self.keys[name]}:
            return None
        return lambda rows: self._keyless(rows, name) | (rows["_nth"] > 0)

    def _open(self, name: str, *, driven: bool) -> Table:
        place = (name, driven)
        if place not in self._opened:
            self._opened[place] = self._numbered(name, driven=driven)
        return self._opened[place]

    def _numbered(self, name: str, *, driven: bool) -> Table:
        """The rows, numbered where several may have one key."""
        found = self.snapshot.table(name)
        if found is None or not found.chunks:
            columns = found.shape.columns if found else ()
            schema = {item.name: KINDS.get(item.kind, "string") for item in columns}
            return nothing({**schema, HASH: "binary"})
        rows = self.backend.table(view_of(name, driven=driven))
        if self._doubtful(name) is None:
            return rows
        parts = [self.column(rows, name, key) for key in self.keys[name]]
        window = ibis.window(group_by=parts, order_by=rows[HASH])
        return rows.mutate(_nth=ibis.row_number().over(window))

    def column(self, table: Table, name: str, spelled: str, prefix: str = "") -> Value:
        """The column of a table as the mapping spells it, typed null where there is none."""
        found = self.snapshot.table(name)
        if spelled.startswith("@"):
            here = f"{prefix}{spelled}"
            return table[here] if here in table.columns else ibis.null("string")
        item = found.shape.column(spelled) if found else None
        if item is None or f"{prefix}{item.name}" not in table.columns:
            return ibis.null("string")
        return table[f"{prefix}{item.name}"]

    def source_name(self, name: str, spelled: str) -> str:
        """What the source calls a column that goes by another name here; else as it is spelled."""
        found = self.snapshot.table(name)
        item = found.shape.column(spelled) if found else None
        return (item.physical if item else None) or spelled

    def widened(
        self,
        name: str,
        paths: Iterable[Path],
        also: Iterable[str] = (),
        split: str = "",
        *,
        driven: bool = True,
    ) -> "Widened":
        """Rows of a table with everything that the paths lead to, and columns of its own.

        `split` names a column that holds a list as text: the row is repeated for each member.
        """
        return Widened(self, name, list(paths), also, split, driven=driven)

    def slim(self, name: str, wanted: Iterable[str], *, driven: bool = False) -> Table:
        """A table with its key and those columns only."""
        rows = self.table(name, driven=driven)
        spelled = (*self.keys.get(name, ()), *wanted)
        columns = [self.column(rows, name, item) for item in spelled]
        names = dict.fromkeys(column.get_name() for column in columns if _has(column))
        slim = rows.select(*names, HASH)
        asked = [item for item in dict.fromkeys(spelled) if item.startswith("@")]
        if not asked or name not in self.values or not self.filled(self.values[name][0].table):
            return slim
        pivot = self._pivot(name).select("owner", *asked)
        key = self.column(slim, name, self.keys[name][0]).cast("string")
        return slim.left_join(pivot, key == pivot.owner).drop("owner")

    def _pivot(self, name: str) -> Table:
        """All parameters that rules ask of a table's rows, made once: they are many."""
        if name not in self._pivots:
            rule, columns = self.values[name]
            made = f"values_{name}"
            self.made[made] = self.backend.compile(pivoted(self, rule, columns))
            self.keep(made, self.made[made])
            self._pivots[name] = self.backend.table(made)
        return self._pivots[name]


class Widened:
    """Rows of one table joined with what paths from them lead to."""

    def __init__(
        self,
        staged: Staged,
        name: str,
        paths: Sequence[Path],
        also: Iterable[str],
        split: str = "",
        *,
        driven: bool = True,
    ) -> None:
        self.staged = staged
        self.name = name
        self._wanted: dict[tuple[Step, ...], list[str]] = {(): list(also)}
        for path in paths:
            for length, step in enumerate(path.steps):
                self._wanted.setdefault(path.steps[:length], []).append(step.column)
                back = [step.there] if step.back else []
                self._wanted.setdefault(path.steps[: length + 1], []).extend(back)
            if path.column:
                self._wanted[path.steps].append(path.column)
        own = [*self._wanted[()], *([split] if split else [])]
        self.table = staged.slim(name, own, driven=driven)
        if split:
            self._split(split)
        self._prefixes: dict[tuple[Step, ...], str] = {(): ""}
        for path in paths:
            for length in range(1, len(path.steps) + 1):
                self._join(path.steps[:length])

    def _split(self, column: str) -> None:
        """One row for every member of a list that the source keeps as text."""
        text = self.staged.column(self.table, self.name, column)
        members = text.cast("string").re_replace(LIST_BREAK, ",").split(",").unnest()
        table = self.table.mutate(**{text.get_name(): members})
        member = table[text.get_name()].strip().re_replace(r"/+$", "").nullif("")
        table = table.mutate(**{text.get_name(): member})
        self.table = table.filter(table[text.get_name()].notnull())

    def _join(self, steps: tuple[Step, ...]) -> None:
        if steps in self._prefixes:
            return
        last = steps[-1]
        owner = steps[-2].table if len(steps) > 1 else self.name
        link = self.staged.column(self.table, owner, last.column, self._prefixes[steps[:-1]])
        prefix = f"p{len(self._prefixes)}__"
        self._prefixes[steps] = prefix
        target = self.staged.slim(last.table, self._wanted[steps])
        key = last.there if last.back else self.staged.keys[last.table][0]
        there = self.staged.column(target, last.table, key)
        renamed = target.rename({f"{prefix}{name}": name for name in target.columns})
        if not (_has(link) and _has(there)):
            nulls = {name: ibis.null(renamed[name].type()) for name in renamed.columns}
            self.table = self.table.mutate(**nulls)
            return
        at = renamed[f"{prefix}{there.get_name()}"]
        self.table = self.table.left_join(renamed, _same(link, at))

    def layer(self, name: str, made: Mapping[int, Value]) -> dict[int, Value]:
        """A step of the statement: columns by their number, under names that no source has."""
        self.table = self.table.mutate(**{f"@{name} {n}": value for n, value in made.items()})
        return {place: self.table[f"@{name} {place}"] for place in made}

    def value(self, path: Path) -> Value:
        """The column at the end of a path."""
        owner = path.steps[-1].table if path.steps else self.name
        prefix = self._prefixes[path.steps]
        return self.staged.column(self.table, owner, path.column, prefix)

    def keep_first(self, owners: Sequence[Path], key: str) -> None:
        """Of the rows that one row owns keep the one with the lowest key."""
        record = self.owner(owners)
        order = self.staged.column(self.table, self.name, key)
        window = ibis.window(group_by=record, order_by=order)
        numbered = self.table.mutate(_owner=record, _nth=ibis.row_number().over(window))
        first = numbered.filter(numbered["_owner"].notnull() & (numbered["_nth"] == 0))
        self.table = first.drop("_owner", "_nth")

    def kind(self, path: Path) -> Kind:
        """How the column at the end of a path was staged."""
        owner = path.steps[-1].table if path.steps else self.name
        return self.staged.kind(owner, path.column)

    def record(self, path: Path) -> StringValue:
        """The id of the source record a path leads to; null where it leads nowhere."""
        owner = path.steps[-1].table if path.steps else self.name
        prefix = self._prefixes[path.steps]
        parts = [
            self.staged.column(self.table, owner, name, prefix) for name in self.staged.keys[owner]
        ]
        return record_id(self.staged.snapshot.name, owner, parts)

    def owner(self, paths: Sequence[Path]) -> StringValue:
        """The record that the first of several paths leads to, of those that lead anywhere."""
        return ibis.coalesce(*[self.record(path) for path in paths])

    def link(self, path: Path) -> Value:
        """The value of the last link itself, whether or not it leads anywhere."""
        last = path.steps[-1]
        owner = path.steps[-2].table if len(path.steps) > 1 else self.name
        return self.staged.column(self.table, owner, last.column, self._prefixes[path.steps[:-1]])


def _has(value: Value) -> bool:
    return not isinstance(value.op(), ibis.expr.operations.Literal)


def _same(left: Value, right: Value) -> Value:
    """Links are compared as text where the two sides are not both whole numbers.

    A link may be a directory, which ends with a slash or does not.
    """
    if left.type().is_integer() and right.type().is_integer():
        return left == right
    if left.type().is_string() and right.type().is_string():
        return left.re_replace(r"/+$", "") == right.re_replace(r"/+$", "")
    return left.cast("string") == right.cast("string")
