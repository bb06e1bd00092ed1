"""Rows that are counted, or summed, on the thing that owns them."""

from collections.abc import Sequence

import ibis
from ibis.expr.types import Table, Value

from migrators.mapping.numbers import bounded, finite, number, whole
from migrators.mapping.paths import Path, parse_ways
from migrators.mapping.rules import TotalRule
from migrators.mapping.seen import Notes, is_told
from migrators.mapping.spelling import nfc
from migrators.mapping.staged import Staged

DIGITS = 6
"""Of an average: the order in which rows are added must not show."""


def total_rows(staged: Staged, rules: Sequence[TotalRule]) -> Table:
    """One row for each owner: its record and its totals.

    A source that keeps such a total itself may be wrong: ICAT's is kept by triggers that an
    installation may lack. The rows that are there count more.
    """
    head = rules[0]
    owners = parse_ways(head.owner)
    wide = staged.widened(head.table, owners, [rule.column for rule in rules if rule.column])
    columns = {rule.column: wide.value(Path.parse(rule.column)) for rule in rules if rule.column}
    rows = wide.table.select(record=wide.owner(owners), **columns)
    rows = rows.filter(rows.record.notnull())
    totals = {rule.property: _total(rows, rule) for rule in rules}
    lost = {f"lost_{rule.property}": _lost(rows, rule) for rule in rules if rule.column}
    any_told = {f"any_{rule.property}": _told(rows, rule).any() for rule in rules if rule.column}
    made = rows.group_by("record").agg(**totals, **lost, **any_told)
    return made.mutate(**_notes(made, rules).columns()).drop(*lost, *any_told)


def _notes(made: Table, rules: Sequence[TotalRule]) -> Notes:
    """Where a total leaves out what a row tells, or is beyond what a property can be."""
    notes = Notes()
    for rule in rules:
        if not rule.column:
            notes.lost(None, [], None)
            continue
        first = made[f"lost_{rule.property}"]
        raw = ibis.coalesce(first, ibis.literal(f"all of the {rule.function}"))
        lost = first.notnull() | made[rule.property].isnull()
        notes.lost(made[f"any_{rule.property}"].fill_null(False), [raw], lost)
    return notes


def _told(rows: Table, rule: TotalRule) -> Value:
    told = is_told([rows[rule.column]])
    return ibis.literal(False) if told is None else told


def _lost(rows: Table, rule: TotalRule) -> Value:
    """One of the texts that went into no total; null where each did."""
    column = rows[rule.column]
    if rule.function == "list":
        return ibis.null("string")
    value = whole(column) if rule.function == "sum" else number(column)
    lost = (_told(rows, rule) & value.isnull()).ifelse(column.cast("string"), None)
    return lost.min()


def _total(rows: Table, rule: TotalRule) -> Value:
    if rule.function == "count":
        return rows.count()
    column = rows[rule.column]
    if rule.function == "sum":
        # Wide enough for any sum; one beyond what a property can be is none.
        return bounded(whole(column).cast("decimal(38, 0)").sum(), "long")
    if rule.function == "mean":
        return finite(number(column).mean().round(DIGITS))
    return nfc(column).collect(distinct=True, where=column.notnull()).sort()
