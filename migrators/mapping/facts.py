"""The properties of entities: what each record says, and what is believed of it."""

from collections.abc import Mapping as Dict
from itertools import groupby

import ibis
from ibis.expr.types import Table

from graph.model import Label, Model, PropertyType
from migrators.mapping.lists import listed_rows
from migrators.mapping.parameters import parameter_rows
from migrators.mapping.properties import row_properties
from migrators.mapping.rules import Mapping
from migrators.mapping.seen import kept
from migrators.mapping.spelling import stored
from migrators.mapping.staged import Staged
from migrators.mapping.totals import total_rows
from migrators.mapping.transforms import Context

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
            told = row_properties(staged, name, rules, context, model)
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
            told = row_properties(staged, fold.table, rules, context, model, fold)
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
    return table.select(record=table.record, **chosen, **kept(table))
