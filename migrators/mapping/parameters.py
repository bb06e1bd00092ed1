"""Rows that are one named value each, as one JSON object on the thing they belong to."""

import ibis
from ibis.expr.types import StringValue, Table

from migrators.mapping.addresses import record_id
from migrators.mapping.named import ParameterRule
from migrators.mapping.paths import Path
from migrators.mapping.rules import Mapping
from migrators.mapping.staged import Staged
from migrators.mapping.things import json_of, text_json
from migrators.mapping.values import value_rows


def parameter_rows(staged: Staged, mapping: Mapping, rule: ParameterRule) -> Table:
    """One row for each owner: its record, and all its parameters by name, then by key.

    A name that occurs twice keeps both values: JSON readers take the last. A parameter that is
    a property of its own is not repeated.
    """
    owner = Path.parse(rule.owner).steps[0]
    told = value_rows(staged, rule)
    taken = typed_names(mapping, owner.table)
    told = told.filter(told.name.notnull() & ~told.name.isin(taken)) if taken else told
    pair = text_json(told.name) + ":" + ibis.coalesce(_value(told, rule), "null")
    rows = told.select(owner=told.owner, pair=pair, name=told.name, key=told.key)
    rows = rows.filter(rows.pair.notnull())
    # Sorted as structs and joined afterwards: Spark knows no order within an aggregate.
    told = ibis.struct({"name": rows.name, "key": rows.key, "pair": rows.pair})
    grouped = rows.mutate(told=told).group_by("owner").agg(told=lambda found: found.told.collect())
    joined = grouped.told.sort().map(lambda item: item["pair"]).join(",")
    objects = grouped.select("owner", **{rule.property: ibis.literal("{") + joined + "}"})
    rows = staged.table(owner.table)
    keys = rows.select(key=staged.column(rows, owner.table, staged.keys[owner.table][0]))
    there = objects.semi_join(keys, objects.owner == keys.key.cast("string"))
    record = record_id(staged.snapshot.name, owner.table, [there.owner])
    return there.mutate(record=record).drop("owner")


def typed_names(mapping: Mapping, table: str) -> list[str]:
    """Parameters of a table's rows that become properties."""
    columns = [name for rule in mapping.properties if rule.table == table for name in rule.columns]
    return sorted({name[1:] for name in columns if name.startswith("@")})


def _value(told: Table, rule: ParameterRule) -> StringValue:
    """The value as JSON: its text, or where a unit or more is known an object with those."""
    if not (rule.unit or rule.also):
        return text_json(told.value)
    more = {name.lower(): told[name] for name in rule.also}
    return json_of({"value": told.value, "unit": told.unit, **more})
