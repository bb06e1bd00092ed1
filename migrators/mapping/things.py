"""Which record describes which entity."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import StringValue, Table, Value

from migrators.mapping.addresses import record_id
from migrators.mapping.conditions import chosen, hold, paths_of
from migrators.mapping.numbers import GREATEST, finite, hexadecimal
from migrators.mapping.paths import Path
from migrators.mapping.rules import Mapping, NodeRule
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.world import World, world_id
from migrators.staging.chunks import HASH


def things(staged: Staged, mapping: Mapping) -> dict[str, Table]:
    """One row for every record and entity it describes: record, label, entity, names.

    `things-<Table>` for every table. `names` is true where the record may name the entity: the
    first such record of a cluster does.
    """
    tables = {}
    for name in dict.fromkeys(rule.table for rule in mapping.nodes):
        if staged.filled(name):
            rules = [rule for rule in mapping.nodes if rule.table == name]
            told = gathered([_described(staged, mapping, rule) for rule in rules])
            tables[f"things-{name}"] = told.group_by(["record", "label", "entity"]).agg(
                names=told.names.any()
            )
    return tables


def records(staged: Staged, mapping: Mapping) -> dict[str, Table]:
    """One row for every record: record, source, table, key, hash, row.

    `records-<Table>` for every table. Beside the rows that stand for a thing these are the rows
    that many look up.
    """
    tables = {}
    for name in dict.fromkeys(rule.table for rule in mapping.nodes):
        if staged.filled(name):
            rows = record_rows(staged, name)
            only = chosen_of(staged, mapping, name)
            tables[f"records-{name}"] = (
                rows if only is None else rows.filter(rows.record.isin(only.record))
            )
    for rule in mapping.folded:
        if not rule.owner and staged.filled(rule.table):
            tables[f"records-{rule.table}"] = record_rows(staged, rule.table)
    return tables


def orphans(staged: Staged, name: str, keys: Table) -> Table:
    """The records of those rows of a folded table that have no owner."""
    rows = record_rows(staged, name)
    return rows.filter(rows.key.isin(keys.key))


def chosen_of(staged: Staged, mapping: Mapping, table: str) -> Table | None:
    """The records of a table whose rows stand for something; None where all do."""
    return chosen(staged, table, [rule.where for rule in mapping.nodes if rule.table == table])


def gathered(tables: Sequence[Table]) -> Table:
    """All the tables one below the other."""
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def record_rows(staged: Staged, name: str) -> Table:
    """The records of one table."""
    rows = staged.table(name, driven=True)
    parts = [staged.column(rows, name, key) for key in staged.keys[name]]
    record = record_id(staged.snapshot.name, name, parts)
    start = len(f"{staged.snapshot.name}:{name}:")
    return rows.select(
        record=record,
        source=ibis.literal(staged.snapshot.name),
        table=ibis.literal(name),
        key=record.substr(start),
        hash=hex_of(rows[HASH]),
        row=row_text(staged, name, rows),
    )


def row_text(staged: Staged, table: str, rows: Table) -> StringValue:
    """The row as one JSON object of its columns that have a value, by the source's own names."""
    ours = (HASH, "_nth")
    names = {name: staged.source_name(table, name) for name in rows.columns if name not in ours}
    return plain_json({told: rows[name] for name, told in names.items()})


def plain_json(values: dict[str, Value]) -> StringValue:
    """Columns as one JSON object of those that have a value; bytes as hexadecimal.

    JSON has no number that is not finite: such a one stands as the text `NaN`, `Infinity` or
    `-Infinity`, in every row that has any.
    """
    fields = {n: hex_of(v) if v.type().is_binary() else v for n, v in values.items()}
    floats = {name: value for name, value in fields.items() if value.type().is_floating()}
    if not floats:
        return json_of(fields)
    told = json_of(fields | {name: finite(value) for name, value in floats.items()})
    strange = json_of({name: _strange(value) for name, value in floats.items()})
    odd = [(value.abs() > GREATEST).fill_null(False) for value in floats.values()]
    return reduce(lambda left, right: left | right, odd).ifelse(_both(told, strange), told)


def _strange(value: Value) -> StringValue:
    """The name of a number that is not finite; null for any other."""
    return ibis.cases(
        (value.isnan(), "NaN"), (value > GREATEST, "Infinity"), (value < -GREATEST, "-Infinity"),
        else_=ibis.null("string"),
    )  # fmt: skip


def json_of(fields: dict[str, Value]) -> StringValue:
    """Named values as one JSON object, without those that are null.

    A struct does not tell names apart by case. JSON does, so what would meet comes behind.
    """
    first: dict[str, str] = {}
    for name in fields:
        first.setdefault(name.lower(), name)
    rest = {name: value for name, value in fields.items() if name not in first.values()}
    told = _merge_patch("{}", _to_json(ibis.struct({n: fields[n] for n in first.values()})))
    return _both(told, json_of(rest)) if rest else told


def _both(left: StringValue, right: StringValue) -> StringValue:
    """Two JSON objects as one."""
    whole = ibis.literal("{") + left.substr(1, left.length() - 2) + "," + right.substr(1)
    return ibis.cases((left == "{}", right), (right == "{}", left), else_=whole)


@ibis.udf.scalar.builtin(name="json_quote")
def text_json(value: str) -> str:  # type: ignore[empty-body]
    """A text as JSON writes it, quoted."""


@ibis.udf.scalar.builtin(name="to_json", signature=((dt.Struct({}),), dt.string))
def _to_json(value: Any) -> str:  # type: ignore[empty-body]
    """A struct as JSON text."""


@ibis.udf.scalar.builtin(name="json_merge_patch")
def _merge_patch(target: str, patch: str) -> str:  # type: ignore[empty-body]
    """JSON merge patch (RFC 7396): a null in the patch removes the field."""


def hex_of(value: Value) -> StringValue:
    """Bytes as hexadecimal digits in lower case."""
    return hexadecimal(value).lower()


def _is_first(mapping: Mapping, rule: NodeRule) -> bool:
    return next(item for item in mapping.nodes if item.table == rule.table) is rule


def _described(staged: Staged, mapping: Mapping, rule: NodeRule) -> Table:
    prefix = rule.label.lower() + ":"
    if rule.joins.startswith(("only:", "each:", "any:")):
        return _joined_from_there(staged, mapping, rule, prefix)
    world = World.parse(rule.world) if rule.world else None
    paths = [Path.parse(rule.joins)] if rule.joins else []
    columns = [Path.parse(text) for text in world.columns] if world else []
    wide = staged.widened(rule.table, [*paths, *columns, *paths_of(rule.where)])
    own = wide.record(Path.parse("."))
    target = ibis.coalesce(wide.record(paths[0]), own) if paths else own
    entity = ibis.literal(prefix) + target
    if world is not None:
        named = _world_name(wide, world)
        entity = ibis.coalesce(named, entity) if _is_first(mapping, rule) else named
    table = wide.table.filter(hold(wide, rule.where)) if rule.where else wide.table
    told = table.select(
        record=own,
        label=ibis.literal(rule.label),
        entity=entity,
        names=(target == own) if world is None else ibis.literal(True),
    )
    return told.filter(told.entity.notnull())


def _world_name(wide: Widened, world: World) -> StringValue:
    parts = [wide.value(Path.parse(text)) for text in world.parts]
    own = wide.value(Path.parse(world.place)) if world.place else None
    return world_id(world.prefix, parts, wide.staged.snapshot.facility, own)


def _joined_from_there(staged: Staged, mapping: Mapping, rule: NodeRule, prefix: str) -> Table:
    """Rows that say something of what points at them."""
    how, place = rule.joins.split(":")
    table, column = place.split(".")
    wide = staged.widened(rule.table, paths_of(rule.where))
    rows = wide.table.filter(hold(wide, rule.where)) if rule.where else wide.table
    key = staged.column(rows, rule.table, rule.key[0])
    own = record_id(staged.snapshot.name, rule.table, [key])
    base = rows.select(record=own, _key=key)
    if not (staged.filled(table) and staged.has(table, column)):
        nothing = base.limit(0) if how == "any" else base
        return _told(nothing, rule, ibis.literal(prefix) + nothing.record)
    pointers = _pointers(staged, mapping, rule, table, column)
    if how == "only":
        counted = pointers.group_by("_at").agg(there=pointers.there.min(), n=pointers.count())
        pointers = counted.filter(counted.n == 1)
    joined = base.left_join(pointers, base["_key"] == pointers["_at"])
    if how == "any":
        joined = joined.filter(joined.there.notnull())
    return _told(joined, rule, ibis.coalesce(joined.there, ibis.literal(prefix) + joined.record))


def _pointers(staged: Staged, mapping: Mapping, rule: NodeRule, table: str, column: str) -> Table:
    """What each row of a table points at, and the thing that the row itself stands for."""
    first = next(item for item in mapping.nodes if item.table == table)
    world = World.parse(first.world) if first.world and first.label == rule.label else None
    columns = [Path.parse(text) for text in world.columns] if world else []
    wide = staged.widened(table, columns, [column], driven=False)
    there = ibis.literal(rule.label.lower() + ":") + wide.record(Path.parse("."))
    if world is not None:
        there = ibis.coalesce(_world_name(wide, world), there)
    pointers = wide.table.select(_at=staged.column(wide.table, table, column), there=there)
    return pointers.filter(pointers["_at"].notnull())


def _told(rows: Table, rule: NodeRule, entity: Value) -> Table:
    own = ibis.literal(rule.label.lower() + ":") + rows.record
    return rows.select(
        record=rows.record,
        label=ibis.literal(rule.label),
        entity=entity,
        names=entity == own,
    )
