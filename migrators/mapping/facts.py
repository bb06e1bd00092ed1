"""The properties of entities: what each record says, and what is believed of it."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from itertools import groupby

import ibis
from ibis.expr.types import Table, Value

from graph.model import Label, Model, PropertyType
from migrators.mapping.lists import listed_rows, listed_values
from migrators.mapping.parameters import parameter_rows
from migrators.mapping.paths import Path, parse_ways
from migrators.mapping.recorded import CONVERTING, PROPERTY, as_recorded, said, spoken
from migrators.mapping.rules import FoldRule, Mapping, PropertyRule
from migrators.mapping.spelling import stored
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.totals import total_rows
from migrators.mapping.transforms import TRANSFORMS, Context
from migrators.mapping.units import converted, crosswalk_of, target
from migrators.mapping.values import OF_UNIT, UNIT
from migrators.mapping.zones import instants

ARROW_TYPES: Dict[PropertyType, str] = {
    "string": "string",
    "int": "int64",
    "long": "int64",
    "float": "float64",
    "boolean": "boolean",
    "instant": "string",
    "json": "string",
    "strings": "array<string>",
}


def stored_columns(label: Label) -> dict[str, PropertyType]:
    """Every property that nodes of a label are stored with, `id` apart, with its type."""
    columns: dict[str, PropertyType] = {
        item.name: item.type for item in label.properties if item.name != "id"
    }
    for facts in label.lists:
        for value in facts.values:
            for member in facts.members:
                columns[facts.stored(value, member.name)] = member.type
        columns[facts.stored_values] = "strings"
    return columns


def told_of(
    staged: Staged, mapping: Mapping, model: Model, label: str, context: Context
) -> dict[str, Table]:
    """What the records of each table say of things of a label: record and properties."""
    columns = stored_columns(model.labels[label])
    tables = {}
    for name in dict.fromkeys(rule.table for rule in mapping.nodes if rule.label == label):
        if staged.filled(name):
            rules = [r for r in mapping.properties if (r.table, r.label) == (name, label)]
            constants = next(r for r in mapping.nodes if (r.table, r.label) == (name, label))
            told = _said(staged, name, rules, context, model)
            fixed = {item: ibis.literal(value) for item, value in constants.constants.items()}
            tables[name] = _typed(told.mutate(**fixed), columns)
    return tables | _of_owners(staged, mapping, model, label, context)


def _of_owners(
    staged: Staged, mapping: Mapping, model: Model, label: str, context: Context
) -> dict[str, Table]:
    """What rows without a node of their own say of the things they belong to."""
    columns = stored_columns(model.labels[label])
    tables: dict[str, Table] = {}
    own = {rule.table for rule in mapping.nodes if rule.label == label}
    for fold in mapping.folded:
        if fold.table in own:
            continue
        rules = [r for r in mapping.properties if (r.table, r.label) == (fold.table, label)]
        if rules and staged.filled(fold.table):
            told = _said(staged, fold.table, rules, context, model, fold)
            tables[fold.table] = _typed(told, columns)
    listed = [rule for rule in mapping.lists if rule.label == label]
    for (name, which), group in groupby(listed, key=lambda rule: (rule.table, rule.list)):
        if staged.filled(name):
            facts = next(item for item in model.labels[label].lists if item.name == which)
            tables[name] = _typed(listed_rows(staged, list(group), facts, context), columns)
    for parameter in mapping.parameters:
        if parameter.label == label and staged.filled(parameter.table):
            rows = parameter_rows(staged, mapping, parameter)
            tables[parameter.table] = _typed(rows, columns)
    for total in mapping.totals:
        if total.label == label and staged.filled(total.table):
            rows = total_rows(staged, [t for t in mapping.totals if t.table == total.table])
            tables[total.table] = _typed(rows, columns).mutate(_prior=ibis.literal(0))
    return tables


def _typed(table: Table, columns: Dict[str, PropertyType]) -> Table:
    """A table with its columns in the types of the model."""
    chosen = {
        name: stored(table[name], kind, ARROW_TYPES[kind])
        for name, kind in columns.items()
        if name in table.columns
    }
    return table.select(record=table.record, **chosen)


def _said(
    staged: Staged,
    name: str,
    rules: Sequence[PropertyRule],
    context: Context,
    model: Model,
    fold: FoldRule | None = None,
) -> Table:
    """What rows say of the thing they stand for, or of their owner's: the first row counts."""
    paths = {text: Path.parse(text) for rule in rules for text in rule.columns}
    measured = [text for rule in rules if rule.transform == "quantity" for text in rule.columns]
    paths |= {text + end: Path.parse(text + end) for text in measured for end in OF_UNIT}
    owners = parse_ways(fold.owner if fold else ".")
    wide = staged.widened(name, [*paths.values(), *owners])
    if fold is not None:
        wide.keep_first(owners, fold.key[0])
    own = wide.owner(owners)
    values: dict[str, Value] = {}
    clocks: dict[str, str | None] = {}
    recorded: dict[str, Value] = {}
    for rule in rules:
        columns = [wide.value(paths[text]) for text in rule.columns]
        if rule.transform == "instant":
            values[f"wall_{rule.property}"] = columns[0].cast("string")
            clocks[rule.property] = _zone(wide, paths[rule.columns[0]], context)
            continue
        place = f"{name}.{','.join(rule.columns[:1]).removeprefix('@')}"
        if rule.transform == "quantity":
            beside = {end: wide.value(Path.parse(rule.columns[0] + end)) for end in OF_UNIT}
            wanted, silent = target(rule, model)
            value = converted(columns[0], beside, wanted, silent)
            told = spoken(place, beside[UNIT], silent, columns[0], value)
            _put(recorded, rule.property, told)
        else:
            value = TRANSFORMS[rule.transform](columns, context)
            if rule.transform in CONVERTING:
                crosswalk = crosswalk_of(rule, model)
                always = rule.transform == "unswap"
                told = said(place, crosswalk, columns[0], value, always=always)
                _put(recorded, rule.property, told)
        _put(values, rule.property, value)
    for facts in model.labels[rules[0].label].lists if rules else ():
        values |= listed_values(facts, values)
    if recorded:
        values[PROPERTY] = as_recorded(recorded)
    table = wide.table.select(record=own, **values)
    for item, zone in clocks.items():
        table = instants(table, f"wall_{item}", item, zone)
    return table


def _put(values: dict[str, Value], name: str, value: Value) -> None:
    """Of two columns that tell one property the first that has a value counts."""
    known = values.get(name)
    values[name] = value if known is None else ibis.coalesce(known, value)


def _zone(wide: Widened, path: Path, context: Context) -> str | None:
    """A TIMESTAMP was rendered in UTC; any other time is the wall clock of the facility."""
    return None if wide.kind(path) == "timestamp" else context.zone
