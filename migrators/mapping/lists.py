"""Rows of a folded table as a list of facts on their owner, such as the statistics of shells."""

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
from ibis.expr.types import Table, Value

from graph.model import FactList
from migrators.mapping.numbers import in_range
from migrators.mapping.paths import Path
from migrators.mapping.recorded import CONVERTING, PROPERTY, as_recorded, said
from migrators.mapping.rules import ListRule
from migrators.mapping.seen import Notes, together
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.transforms import TRANSFORMS, Context


def listed_rows(
    staged: Staged, rules: Sequence[ListRule], facts: FactList, context: Context
) -> Table:
    """One row for each owner, with every member for every value of the discriminator.

    Of several rows with one value the one with the lowest key counts.
    """
    head = rules[0]
    owner = Path.parse(head.owner)
    columns = [rule.column for rule in rules]
    wide = staged.widened(head.table, [owner], [head.discriminator, *columns])
    values, recorded, made = _members(wide, rules, facts, context)
    spoken = wide.value(Path.parse(head.discriminator)).cast("string")
    which = ibis.cases(*[(spoken == old, new) for old, new in head.values.items()], else_=None)
    key = wide.value(Path.parse(head.key[0]))
    notes = Notes()
    for one in head.values.values():
        for transform, raw, value in made:
            notes.value(transform, [raw], value, which == one)
    rows = wide.table.select(
        record=wide.record(owner), which=which, key=key, **values, **recorded, **notes.columns()
    )
    rows = rows.filter(rows.record.notnull() & rows.which.notnull())
    window = ibis.window(group_by=[rows.record, rows.which], order_by=rows.key)
    rows = rows.mutate(nth=ibis.row_number().over(window))
    rows = rows.filter(rows.nth == 0)
    return _gathered(rows, facts, list(values), list(recorded))


def listed_values(facts: FactList, values: Mapping[str, Value]) -> dict[str, Value]:
    """For which values of the discriminator there are facts, where a row tells them one by one."""
    names = []
    for value in facts.values:
        told = [facts.stored(value, member.name) for member in facts.members]
        there = [values[name].notnull() for name in told if name in values]
        if there:
            any_there = reduce(lambda left, right: left | right, there)
            names.append(any_there.ifelse(ibis.literal(value), ibis.null("string")))
    if not names:
        return {}
    known = ibis.array(names).filter(lambda item: item.notnull())
    return {facts.stored_values: (known.length() > 0).ifelse(known, None)}


def _members(
    wide: Widened, rules: Sequence[ListRule], facts: FactList, context: Context
) -> tuple[dict[str, Value], dict[str, Value], list[tuple[str, Value, Value]]]:
    """The value of every member of a row, what the source said of converted ones, rule by rule."""
    crosswalk: Mapping[str, str] = {item.name: item.crosswalk for item in facts.members}
    types = {item.name: item.type for item in facts.members}
    made: list[tuple[str, Value, Value]] = []
    values: dict[str, Value] = {}
    recorded: dict[str, Value] = {}
    for rule in rules:
        raw = wide.value(Path.parse(rule.column))
        value = in_range(TRANSFORMS[rule.transform]([raw], context), types[rule.member])
        made.append((rule.transform, raw, value))
        known = values.get(rule.member)
        values[rule.member] = value if known is None else ibis.coalesce(known, value)
        if rule.transform in CONVERTING:
            place = f"{rule.table}.{rule.column}"
            told = said(place, crosswalk[rule.member], raw, value, always=False)
            known = recorded.get(f"raw_{rule.member}")
            recorded[f"raw_{rule.member}"] = told if known is None else ibis.coalesce(known, told)
    return values, recorded, made


def _gathered(
    rows: Table, facts: FactList, members: Sequence[str], recorded: Sequence[str]
) -> Table:
    columns: dict[str, Value] = {}
    raws: dict[str, Value] = {}
    for value in facts.values:
        here = rows.which == value
        for member in members:
            columns[facts.stored(value, member)] = rows[member].max(where=here)
        for name in recorded:
            place = f"{value}.{name.removeprefix('raw_')}"
            raws[place] = rows[name].first(where=here)
        columns[f"has_{value}"] = here.any()
    told = rows.group_by("record").agg(**columns, **raws, **together(rows))
    names = [
        told[f"has_{value}"].ifelse(ibis.literal(value), ibis.null("string"))
        for value in facts.values
    ]
    there = ibis.array(names).filter(lambda item: item.notnull())
    told = told.mutate(**{facts.stored_values: there})
    if raws:
        told = told.mutate(**{PROPERTY: as_recorded({name: told[name] for name in raws})})
    return told.drop(*raws, *(f"has_{value}" for value in facts.values))
