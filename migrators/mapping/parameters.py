"""Rows that are one named value each, as one JSON object on the thing they belong to."""

import ibis
from ibis.expr.types import Table

from migrators.mapping.rules import ParameterRule
from migrators.mapping.staged import Path, Staged
from migrators.mapping.things import text_json


def parameter_rows(staged: Staged, rule: ParameterRule) -> Table:
    """One row for each owner: its record, and all its parameters in the order of their keys.

    A name that occurs twice keeps both values: JSON readers take the last.
    """
    owner = Path.parse(rule.owner)
    wide = staged.widened(rule.table, [owner], [rule.name, rule.value])
    name = wide.value(Path.parse(rule.name)).cast("string")
    value = wide.value(Path.parse(rule.value)).cast("string")
    pair = text_json(name) + ":" + ibis.coalesce(text_json(value), "null")
    key = wide.value(Path.parse(rule.key[0]))
    rows = wide.table.select(record=wide.record(owner), pair=pair, key=key)
    rows = rows.filter(rows.record.notnull() & rows.pair.notnull())
    joined = rows.pair.group_concat(",", order_by=rows.key)
    return rows.group_by("record").agg(**{rule.property: "{" + joined + "}"})
