"""What a source tells and no value comes of, noted beside the values: nothing is lost unseen.

Of every row that says something of a thing two things are kept with what it says: which rules had
something to read, as bits (`_told0` and on), and where a rule made nothing of it, the rule and the
text (`_notes`, null in most rows). `migrators/report/values.py` counts both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from migrators.mapping.rules import Mapping

TOLD, NOTES = "_told", "_notes"
BITS = 60
"""Rules a column of bits."""

DROPPED, TWICE = "dropped", "twice"
"""No value came of it; a time that the clock showed twice, of which the earlier was taken."""

ITEM = "struct<rule: int64, raw: string, fate: string>"
NONE = "(none)"
"""A part that is not told, where a value is made of several."""

LETTERS = 200
"""Of a text so many are shown."""

TELLING = {"mx_dose": 1, "wavelength_of_energy": 1, "outcome": 1, "quantity": 1}
"""How many of the columns tell the value, where others only say how it is to be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rule whose values are counted: which columns, by which transform, become which property."""

    table: str
    columns: tuple[str, ...]
    label: str
    property: str
    transform: str


def places(mapping: Mapping, label: str, table: str) -> list[Place]:
    """The rules by which rows of a table tell of things of a label, in the order of their bits.

    As `migrators.mapping.facts` has it: totals, parameters, a list, or columns of the row.
    """
    if any((t.table, t.label) == (table, label) for t in mapping.totals):
        totals = [total for total in mapping.totals if total.table == table]
        return [Place(table, (t.column,), label, t.property, t.function) for t in totals]
    if any((p.table, p.label) == (table, label) for p in mapping.parameters):
        return []
    lists = [rule for rule in mapping.lists if (rule.table, rule.label) == (table, label)]
    if lists:
        return [
            Place(table, (rule.column,), label, f"{value}_{rule.member}", rule.transform)
            for value in lists[0].values.values()
            for rule in lists
        ]
    return [
        Place(table, rule.columns, label, rule.property, rule.transform)
        for rule in mapping.properties
        if (rule.table, rule.label) == (table, label)
    ]


def is_told(columns: Sequence[Value]) -> BooleanValue | None:
    """Whether any of the columns says something; None where the source has none of them."""
    there = [item for item in columns if not isinstance(item.op(), ibis.expr.operations.Literal)]
    said = [item.strip() != "" if item.type().is_string() else item.notnull() for item in there]
    return reduce(lambda left, right: left | right, said) if said else None


def shown(columns: Sequence[Value]) -> Value:
    """What the columns say, as a text."""
    texts = [item.cast("string").substr(0, LETTERS) for item in columns]
    if len(texts) > 1:
        texts = [ibis.coalesce(item, NONE) for item in texts]
    return reduce(lambda left, right: left + " | " + right, texts)


@dataclass
class Notes:
    """The notes of one table of what rows say, rule by rule in the order of `places`."""

    _told: list[BooleanValue | None] = field(default_factory=list)
    _there: list[BooleanValue] = field(default_factory=list)
    _items: list[Value] = field(default_factory=list)

    def value(
        self,
        transform: str,
        columns: Sequence[Value],
        value: Value,
        where: BooleanValue | None = None,
    ) -> None:
        """What became of columns that a transform read, in some rows or in all."""
        told = is_told(columns[: TELLING.get(transform, len(columns))])
        if told is not None and where is not None:
            told = told & where
        self.lost(told, columns, value.isnull())

    def lost(
        self, told: BooleanValue | None, columns: Sequence[Value], lost: BooleanValue | None
    ) -> None:
        """The next rule: whether anything was told, and where nothing came of it."""
        if told is not None and lost is not None:
            self.note(len(self._told), told & lost, columns, DROPPED)
        self._told.append(told)

    def note(self, rule: int, where: BooleanValue, columns: Sequence[Value], fate: str) -> None:
        """Note what a rule read, in some rows."""
        item = ibis.struct(
            {"rule": ibis.literal(rule, "int64"), "raw": shown(columns), "fate": ibis.literal(fate)}
        )
        self._there.append(where)
        self._items.append(where.ifelse(item, ibis.null(item.type())))

    def columns(self, before: Value | None = None) -> dict[str, Value]:
        """The columns to keep beside the values.

        Parameters
        ----------
        before
            Notes that are there already.
        """
        made: dict[str, Value] = {}
        for at in range(0, len(self._told), BITS):
            bits = [
                told.ifelse(ibis.literal(1 << place, "int64"), ibis.literal(0, "int64"))
                for place, told in enumerate(self._told[at : at + BITS])
                if told is not None
            ]
            if bits:
                made[f"{TOLD}{at // BITS}"] = reduce(lambda left, right: left + right, bits)
        if self._items:
            found = ibis.array(self._items).filter(lambda item: item.notnull())
            if before is not None:
                found = ibis.coalesce(before, ibis.literal([], f"array<{ITEM}>")) + found
            any_there = reduce(lambda left, right: left | right, self._there)
            rest = ibis.null(found.type()) if before is None else before
            # Only rows with a note pay for it.
            made[NOTES] = any_there.ifelse(found, rest)
        return made


def together(rows: Table) -> dict[str, Value]:
    """The notes of rows that are grouped on their owner, where each rule speaks of one of them.

    So no bit is there twice, and their sum has them all.
    """
    made: dict[str, Value] = {
        name: rows[name].cast("decimal(19, 0)").sum().cast("int64")
        for name in rows.columns
        if name.startswith(TOLD)
    }
    if NOTES in rows.columns:
        found = rows[NOTES].collect(where=rows[NOTES].notnull()).flatten()
        made[NOTES] = (found.length() > 0).ifelse(found, None)  # engines differ: none, or empty
    return made


def kept(table: Table) -> dict[str, Value]:
    """The notes of a table, to go with its values."""
    return {name: table[name] for name in table.columns if name.startswith((TOLD, NOTES))}
