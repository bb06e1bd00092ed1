"""What a row must meet for a rule to speak of it.

`ROLE=Principal investigator|PI` compares the end of a path with texts, in any case;
`DOI` alone asks that there is a value; `in:Job.OUTPUT_ID|Other.COLUMN` asks that the key of
the row occurs in one of those columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
from ibis.expr.types import Table, Value

from migrators.mapping.paths import Path
from migrators.mapping.staged import Staged, Widened


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `values` of the path, or `places` where the key must occur."""

    path: str
    values: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read one condition as the mapping tables spell it."""
        if text.startswith("in:"):
            return cls(".", places=tuple(text.removeprefix("in:").split("|")))
        path, _, values = text.partition("=")
        return cls(path, tuple(word.lower() for word in values.split("|") if word))


def parse_all(text: str) -> tuple[Condition, ...]:
    """Read conditions that are separated by semicolons."""
    return tuple(Condition.parse(word) for word in text.split(";") if word)


def paths_of(conditions: Sequence[Condition]) -> list[Path]:
    """The paths that must be followed to decide."""
    return [Path.parse(item.path) for item in conditions if not item.places]


def hold(wide: Widened, conditions: Sequence[Condition]) -> Value:
    """Whether a row meets all conditions."""
    met = [_met(wide, item) for item in conditions]
    return reduce(lambda left, right: left & right, met, ibis.literal(True))


def _met(wide: Widened, condition: Condition) -> Value:
    if condition.places:
        return _occurs(wide, condition.places)
    value = wide.value(Path.parse(condition.path)).cast("string").strip().nullif("")
    if not condition.values:
        return value.notnull()
    return ibis.coalesce(value.lower().isin(condition.values), False)


def _occurs(wide: Widened, places: Sequence[str]) -> Value:
    staged = wide.staged
    key = staged.column(wide.table, wide.name, staged.keys[wide.name][0]).cast("string")
    found: list[Value] = []
    for place in places:
        table, column = place.split(".")
        if staged.filled(table) and staged.has(table, column):
            there = staged.column(staged.table(table), table, column)
            seen = staged.table(table).select(at=there.cast("string"))
            found.append(key.isin(seen.filter(seen["at"].notnull())["at"]))
    return reduce(lambda left, right: left | right, found, ibis.literal(False))


def chosen(staged: Staged, table: str, conditions: Sequence[Sequence[Condition]]) -> Table | None:
    """The records of the rows that meet one of several lists of conditions; None is all."""
    if any(not item for item in conditions):
        return None
    told = []
    for item in conditions:
        wide = staged.widened(table, paths_of(item))
        told.append(wide.table.filter(hold(wide, item)).select(record=wide.record(Path.parse("."))))
    return reduce(lambda left, right: left.union(right), told)
