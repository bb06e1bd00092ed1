"""Rows without a node: what they are folded into, and what of them is kept there."""

from functools import reduce

import ibis
from ibis.expr.types import StringValue, Table

from migrators.mapping.addresses import record_id
from migrators.mapping.paths import Path, parse_ways
from migrators.mapping.rules import FoldRule, Mapping
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.things import chosen_of, hex_of, plain_json
from migrators.mapping.touched import touched
from migrators.staging.chunks import HASH


def folds(staged: Staged, mapping: Mapping) -> dict[str, Table]:
    """One row for every row that has an owner by its table's rule, as `owned-<Table>`.

    `owner` is the record that it is folded into, null for an orphan; `detail` a JSON object of
    its key and of what no rule maps, null where there is nothing of that kind.
    """
    tables = {}
    for rule in mapping.folded:
        if not rule.owner or not staged.filled(rule.table):
            continue
        owners = [way for way in parse_ways(rule.owner) if _there(staged, rule.table, way)]
        rest = () if rule.counted else leftover(staged, mapping, rule)
        wide = staged.widened(rule.table, owners, rest)
        own = wide.record(Path.parse("."))
        start = len(f"{staged.snapshot.name}:{rule.table}:")
        told = wide.table.select(
            record=own,
            source=ibis.literal(staged.snapshot.name),
            table=ibis.literal(rule.table),
            key=own.substr(start),
            hash=hex_of(wide.table[HASH]),
            owner=wide.owner(owners) if owners else ibis.null("string"),
            detail=_detail(wide, rule, rest),
        )
        if any(node.table == rule.table for node in mapping.nodes):
            stands = chosen_of(staged, mapping, rule.table)
            told = (
                told.limit(0) if stands is None else told.filter(~told.record.isin(stands.record))
            )
        tables[f"owned-{rule.table}"] = told
    return tables


def leftover(staged: Staged, mapping: Mapping, rule: FoldRule) -> tuple[str, ...]:
    """Columns of a folded table of which no rule speaks and that are not left out."""
    found = staged.snapshot.table(rule.table)
    known = touched(mapping)
    gone = {
        item.column.lower() for item in mapping.left_out if item.table.lower() == rule.table.lower()
    }
    table = rule.table.lower()
    return tuple(
        column.name
        for column in (found.shape.columns if found else ())
        if (table, column.name.lower()) not in known
        and column.name.lower() not in gone
        and staged.has(rule.table, column.name)
    )


def _there(staged: Staged, table: str, way: Path) -> bool:
    for step in way.steps:
        if not (staged.has(table, step.column) and staged.has(step.table)):
            return False
        table = step.table
    return True


def _detail(wide: Widened, rule: FoldRule, rest: tuple[str, ...]) -> StringValue:
    """The key and what is left over as JSON; null where nothing is."""
    nothing = ibis.null("string")
    if not rest:
        return nothing
    keys, values = (
        {
            wide.staged.source_name(rule.table, name): wide.staged.column(
                wide.table, rule.table, name
            )
            for name in names
        }
        for names in (rule.key, rest)
    )
    known = reduce(lambda left, right: left | right, [v.notnull() for v in values.values()])
    return known.ifelse(plain_json({**keys, **values}), nothing)


def refusals(staged: Staged, mapping: Mapping) -> dict[str, Table]:
    """Every row that was refused, as `refused-<Table>`: table, key, reason and hash.

    `record` is what the row would be.
    """
    tables = {}
    for name in mapping.tables:
        if not staged.filled(name) or staged.vouched(name):
            continue
        rows = staged.refused(name)
        parts = [
            ibis.coalesce(staged.column(rows, name, key).cast("string"), "?")
            for key in staged.keys[name]
        ]
        key = record_id("", "", parts).substr(2)
        tables[f"refused-{name}"] = rows.select(
            record=ibis.literal(f"{staged.snapshot.name}:{name}:") + key,
            table=ibis.literal(name),
            key=key,
            reason=rows.reason,
            hash=hex_of(rows[HASH]),
        )
    return tables
