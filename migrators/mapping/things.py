"""Which record describes which entity."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import StringValue, Table, Value

from migrators.mapping.rules import Mapping, NodeRule
from migrators.mapping.staged import Path, Staged, record_id
from migrators.mapping.transforms import Context, lower
from migrators.staging.chunks import HASH


@dataclass(frozen=True, slots=True)
class World:
    """How a thing is named by what it is called in the world."""

    prefix: str
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, told: str) -> "World":
        """Read `proposal:proposalCode,proposalNumber`."""
        prefix, columns = told.split(":")
        return cls(prefix, tuple(columns.split(",")))


def slug(name: str) -> str:
    """A name as part of an id: lower case, white space to dashes."""
    return re.sub(r"\s+", "-", name.strip().lower()).replace(":", "-")


def things(staged: Staged, mapping: Mapping) -> Table:
    """One row for every record and entity it describes: record, label, entity, names.

    `names` is true where the record may name the entity: the first such record of a
    cluster does.
    """
    tables = [
        _described(staged, rule, first=_is_first(mapping, rule))
        for rule in mapping.nodes
        if staged.filled(rule.table)
    ]
    columns = dict.fromkeys(("record", "label", "entity"), "string")
    return gathered(tables, {**columns, "names": "boolean"})


def records(staged: Staged, mapping: Mapping) -> Table:
    """One row for every record: record, source, table, key, hash, row."""
    named = dict.fromkeys(rule.table for rule in mapping.nodes)
    tables = [record_rows(staged, name) for name in named if staged.filled(name)]
    names = ("record", "source", "table", "key", "hash", "row")
    return gathered(tables, dict.fromkeys(names, "string"))


def gathered(tables: Sequence[Table], columns: dict[str, str]) -> Table:
    """All the tables one below the other; with none, no rows of those columns."""
    if not tables:
        return ibis.memtable([], schema=ibis.schema(columns))
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def record_rows(staged: Staged, name: str) -> Table:
    """The records of one table."""
    rows = staged.table(name)
    parts = [staged.column(rows, name, key) for key in staged.keys[name]]
    record = record_id(staged.snapshot.name, name, parts)
    start = len(f"{staged.snapshot.name}:{name}:")
    return rows.select(
        record=record,
        source=ibis.literal(staged.snapshot.name),
        table=ibis.literal(name),
        key=record.substr(start),
        hash=hex_of(rows[HASH]),
        row=row_text(rows),
    )


def row_text(rows: Table) -> StringValue:
    """The row as one JSON object of its columns that have a value; bytes as hexadecimal."""
    fields = {
        name: hex_of(rows[name]) if rows[name].type().is_binary() else rows[name]
        for name in rows.columns
        if not name.startswith("_")
    }
    return json_of(fields)


def json_of(fields: dict[str, Value]) -> StringValue:
    """Named values as one JSON object, without those that are null."""
    return _merge_patch("{}", _to_json(ibis.struct(fields)))


@ibis.udf.scalar.builtin(name="to_json")
def text_json(value: str) -> str:  # type: ignore[empty-body]
    """A text as JSON writes it, quoted."""


@ibis.udf.scalar.builtin(name="to_json", signature=((dt.Struct({}),), dt.string))
def _to_json(value: Any) -> str:  # type: ignore[empty-body]
    """A struct as JSON text."""


@ibis.udf.scalar.builtin(name="json_merge_patch")
def _merge_patch(target: str, patch: str) -> str:  # type: ignore[empty-body]
    """JSON merge patch (RFC 7396): a null in the patch removes the field."""


@ibis.udf.scalar.builtin(name="hex")
def _hex(value: bytes) -> str:  # type: ignore[empty-body]
    """Bytes as hexadecimal digits, as DuckDB and Spark both call it."""


def hex_of(value: Value) -> StringValue:
    """Bytes as hexadecimal digits in lower case."""
    return _hex(value).lower()


def _is_first(mapping: Mapping, rule: NodeRule) -> bool:
    return next(item for item in mapping.nodes if item.table == rule.table) is rule


def _described(staged: Staged, rule: NodeRule, *, first: bool) -> Table:
    prefix = rule.label.lower() + ":"
    if rule.joins.startswith(("only:", "each:")):
        return _joined_from_there(staged, rule, prefix)
    world = World.parse(rule.world) if rule.world else None
    paths = [Path.parse(rule.joins)] if rule.joins else []
    wide = staged.widened(rule.table, paths, world.columns if world else ())
    own = wide.record(Path.parse("."))
    target = ibis.coalesce(wide.record(paths[0]), own) if paths else own
    entity = ibis.literal(prefix) + target
    if world is not None:
        named = _world_name(staged, wide.table, rule, world)
        entity = ibis.coalesce(named, entity) if first else named
    told = wide.table.select(
        record=own,
        label=ibis.literal(rule.label),
        entity=entity,
        names=(target == own) if world is None else ibis.literal(True),
    )
    return told.filter(told.entity.notnull())


def _joined_from_there(staged: Staged, rule: NodeRule, prefix: str) -> Table:
    """Rows that say something of what points at them."""
    how, place = rule.joins.split(":")
    table, column = place.split(".")
    rows = staged.table(rule.table)
    key = staged.column(rows, rule.table, rule.key[0])
    own = record_id(staged.snapshot.name, rule.table, [key])
    base = rows.select(record=own, _key=key)
    if not (staged.filled(table) and staged.has(table, column)):
        return _told(base, rule, base.record, prefix)
    pointing = staged.table(table)
    there = record_id(
        staged.snapshot.name,
        table,
        [staged.column(pointing, table, name) for name in staged.keys[table]],
    )
    pointers = pointing.select(_at=staged.column(pointing, table, column), there=there)
    pointers = pointers.filter(pointers["_at"].notnull())
    if how == "only":
        counted = pointers.group_by("_at").agg(there=pointers.there.min(), n=pointers.count())
        pointers = counted.filter(counted.n == 1)
    joined = base.left_join(pointers, base["_key"] == pointers["_at"])
    return _told(joined, rule, ibis.coalesce(joined.there, joined.record), prefix)


def _told(rows: Table, rule: NodeRule, target: Value, prefix: str) -> Table:
    return rows.select(
        record=rows.record,
        label=ibis.literal(rule.label),
        entity=ibis.literal(prefix) + target,
        names=target == rows.record,
    )


def _world_name(staged: Staged, rows: Table, rule: NodeRule, world: World) -> StringValue:
    """The id a thing has by its name, null where a part of the name is missing."""
    columns = [staged.column(rows, rule.table, name) for name in world.columns]
    parts = [lower([column], Context("", "", None)) for column in columns]
    place = slug(staged.snapshot.facility)
    if world.prefix == "proposal":
        digits = parts[1].re_replace(r"^0+(\d)", r"\1")
        return ibis.literal(f"proposal:{place}:") + parts[0] + digits
    if world.prefix == "instrument":
        return ibis.literal(f"instrument:{place}:") + parts[0].re_replace(r"\s+", "-")
    return ibis.literal(f"{world.prefix}:") + parts[0]
