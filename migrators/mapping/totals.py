"""Rows that are counted, or summed, on the thing that owns them."""

from collections.abc import Sequence

from ibis.expr.types import Table, Value

from migrators.mapping.rules import TotalRule
from migrators.mapping.staged import Path, Staged
from migrators.mapping.transforms import whole


def total_rows(staged: Staged, rules: Sequence[TotalRule]) -> Table:
    """One row for each owner: its record and its totals.

    A source that keeps such a total itself may be wrong: ICAT's is kept by triggers that an
    installation may lack. The rows that are there count more.
    """
    head = rules[0]
    owner = Path.parse(head.owner)
    wide = staged.widened(head.table, [owner], [rule.column for rule in rules if rule.column])
    columns = {rule.column: wide.value(Path.parse(rule.column)) for rule in rules if rule.column}
    rows = wide.table.select(record=wide.record(owner), **columns)
    rows = rows.filter(rows.record.notnull())
    totals: dict[str, Value] = {}
    for rule in rules:
        counted = rule.function == "count"
        totals[rule.property] = rows.count() if counted else whole(rows[rule.column]).sum()
    return rows.group_by("record").agg(**totals)
