"""Parameters of a row as if they were columns of it.

ICAT keeps most of what is known of a dataset as rows of another table, a name and a value
each. `@MX_wavelength` names such a value in the mapping tables. Of a value with a unit there
are also `@NAME__unit`, what its source calls the unit, `@NAME__base`, the number in the base
unit of its dimension, and `@NAME__dimension`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
from ibis.expr.types import StringValue, Table, Value

from migrators.mapping.constants import ASKED, UNITS, constant
from migrators.mapping.named import ParameterRule
from migrators.mapping.numbers import number
from migrators.mapping.paths import Path

if TYPE_CHECKING:
    from migrators.mapping.staged import Staged

UNIT, BASE, DIMENSION = "__unit", "__base", "__dimension"
OF_UNIT = (UNIT, BASE, DIMENSION)
FIELDS: Mapping[str, str] = {UNIT: "unit", BASE: "base", DIMENSION: "dimension"}
NOTHING = ("", "na", "n/a", "nan", "none", "null")
"""What stands for "no value" in the text of a parameter, in any case."""


def name_of(column: str) -> str:
    """The name of the parameter that a column tells of."""
    for suffix in OF_UNIT:
        column = column.removesuffix(suffix)
    return column.removeprefix("@")


def asked_names(columns: Sequence[str]) -> list[str]:
    """The parameters that columns tell of, in the order of their numbers."""
    return sorted({name_of(item) for item in columns})


def pivoted(staged: "Staged", rule: ParameterRule, columns: Sequence[str]) -> Table:
    """One row an owner, `owner` its key as text, with the columns that are asked for."""
    told = value_rows(staged, rule)
    names = asked_names(columns)
    codes = constant(ASKED + Path.parse(rule.owner).steps[0].table)
    told = told.inner_join(codes, told.name == codes.asked)
    told = _in_base(told.filter(told.value.notnull()))
    item = ibis.struct({name: told[name] for name in ("code", *FIELDS.values(), "value")})
    # Of one name in several units, each a parameter of its own, the oldest counts.
    found = told.mutate(item=item).group_by(["owner", "code"])
    found = found.agg(item=lambda rows: rows.item.argmin(rows.key))
    # A map and not an aggregate a column: of hundreds of columns a row has a few.
    found = found.group_by("owner").agg(items=lambda rows: rows.item.collect())
    found = found.mutate(known=ibis.map(found.items.map(lambda item: item["code"]), found.items))
    made: dict[str, Value] = {}
    for column in columns:
        field = next((field for end, field in FIELDS.items() if column.endswith(end)), "value")
        made[column] = found.known[names.index(name_of(column))][field]
    return found.select("owner", **made)


def _in_base(told: Table) -> Table:
    """Parameters with their number in the base unit of its dimension, where that is known."""
    known = constant(UNITS)
    joined = told.left_join(known, told.unit == known.spelling)
    base = number(joined.value) * joined.factor + joined.zero
    return joined.mutate(base=base).drop("spelling", "factor", "zero")


def value_rows(staged: "Staged", rule: ParameterRule) -> Table:
    """One row for every parameter: owner (its key, as text), key, name, value, unit, more."""
    rows = staged.table(rule.table, driven=True)
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
