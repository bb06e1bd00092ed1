"""Parameters of a row as if they were columns of it.

ICAT keeps most of what is known of a dataset as rows of another table, a name and a value
each. `@MX_wavelength` names such a value in the mapping tables; `@MX_wavelength__unit` the
unit that its source gives it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
from ibis.expr.types import StringValue, Table, Value

from migrators.mapping.named import ParameterRule

if TYPE_CHECKING:
    from migrators.mapping.staged import Staged

UNIT = "__unit"
NOTHING = ("", "na", "n/a", "nan", "none", "null")
"""What stands for "no value" in the text of a parameter, in any case."""


def with_values(staged: "Staged", name: str, rows: Table, asked: Sequence[str]) -> Table:
    """Rows of a table with the parameters that were asked for, one column each."""
    rule = staged.values[name]
    if not staged.filled(rule.table):
        return rows
    wanted = {item.removeprefix("@").removesuffix(UNIT) for item in asked}
    told = value_rows(staged, rule)
    told = told.filter(told.name.isin(sorted(wanted)) & told.value.notnull())
    columns: dict[str, Value] = {}
    for item in asked:
        here = told.name == item.removeprefix("@").removesuffix(UNIT)
        of = told.unit if item.endswith(UNIT) else told.value
        columns[item] = of.first(where=here & of.notnull(), order_by=told.key)
    wide = told.group_by("owner").agg(**columns)
    key = staged.column(rows, name, staged.keys[name][0])
    return rows.left_join(wide, key.cast("string") == wide.owner).drop("owner")


def value_rows(staged: "Staged", rule: ParameterRule) -> Table:
    """One row for every parameter: owner (its key, as text), key, name, value, unit, more."""
    rows = staged.table(rule.table)
    link, name = rule.owner.split(">")[0], rule.name
    owner = staged.column(rows, rule.table, link).cast("string")
    key = staged.column(rows, rule.table, rule.key[0])
    texts = [plain(staged.column(rows, rule.table, item)) for item in rule.value]
    more = {item: plain(staged.column(rows, rule.table, item)) for item in rule.also}
    told = rows.select(
        owner=owner, key=key, value=ibis.coalesce(*texts), **more, **_type(staged, rule, rows)
    )
    if ">" not in name:
        return told
    place, column = name.split(">")[1].split(".")
    types = staged.table(place)
    unit = staged.column(types, place, rule.unit) if rule.unit else ibis.null("string")
    known = types.select(
        type_key=staged.column(types, place, staged.keys[place][0]).cast("string"),
        name=staged.column(types, place, column).cast("string"),
        unit=plain(unit),
    )
    return told.left_join(known, told.type == known.type_key).drop("type", "type_key")


def _type(staged: "Staged", rule: ParameterRule, rows: Table) -> dict[str, Value]:
    if ">" not in rule.name:
        name = staged.column(rows, rule.table, rule.name).cast("string")
        return {"unit": ibis.null("string"), "name": name}
    return {"type": staged.column(rows, rule.table, rule.name.split(">")[0]).cast("string")}


def plain(value: Value) -> StringValue:
    """A value as text, null where it says that there is none."""
    text = value.cast("string").strip()
    return text.lower().isin(NOTHING).ifelse(ibis.null("string"), text)
