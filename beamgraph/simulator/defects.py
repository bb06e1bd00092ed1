"""What is wrong with single rows: a table of defects, thrown for as the rows are written."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from beamgraph.simulator.sink import Row
from ontologies.tables import read_table

FAR = 9_000_000
"""Beyond every key: a reference there leads nowhere."""

AGAIN = "again"
CLOCK = "%Y-%m-%d %H:%M:%S"

Spoil = Callable[[Any, str, Row], Any]
SPOILS: dict[str, Spoil] = {
    "null": lambda value, word, row: None,
    "set": lambda value, word, row: word,
    "before": lambda value, word, row: f"{word}{value}",
    "after": lambda value, word, row: f"{value}{word}",
    "cut": lambda value, word, row: str(value)[: int(word)],
    "lost": lambda value, word, row: FAR,
    "other": lambda value, word, row: max(1, int(value) - 1),
    "days": lambda value, word, row: _moved(value, int(word)),
    "minus": lambda value, word, row: -float(value),
    "upper": lambda value, word, row: str(value).upper(),
    "bytes": lambda value, word, row: FAR.to_bytes(16, "big"),
    "like": lambda value, word, row: row.get(word),
}
FILLING = ("set", "bytes", "like")
"""Spoils that give a value also where the row has none."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with rows of a table, and how often at each level."""

    knob: str
    database: str
    table: str
    columns: tuple[str, ...]
    spoil: str
    rates: tuple[float, ...]

    def bears(self, row: Row) -> bool:
        """Whether a row has something to be spoilt."""
        if self.spoil == AGAIN or self.spoil.split(":")[0] in FILLING:
            return True
        return any(row.get(name) not in (None, "") for name in self.columns)

    def spoilt(self, row: Row) -> Row:
        """The row with the defect."""
        name, _, word = self.spoil.partition(":")
        word = word.replace("\\t", "\t").replace("\\n", "\n")
        change = SPOILS[name]
        values = {
            column: change(row.get(column), word, row)
            for column in self.columns
            if name in FILLING or row.get(column) not in (None, "")
        }
        return {**row, **values}


@cache
def defects() -> tuple[Defect, ...]:
    """Every defect of the table."""
    return tuple(
        Defect(
            row["knob"], row["database"], row["table"], tuple(row["columns"].split(",")),
            row["spoil"], tuple(float(row[f"level{level}"]) for level in range(3)),
        )
        for row in read_table("beamgraph.simulator", "defects.tsv")
    )  # fmt: skip


class Defects:
    """Throws the dice for every row; of a source of chance of its own."""

    def __init__(self, level: int, dice: Random) -> None:
        self._dice = dice
        self._level = level
        self.borne: Counter[str] = Counter()
        """How many rows could have had each defect, and, `planted`, how many have it."""
        self.planted: Counter[str] = Counter()
        self._known: dict[tuple[str, str], list[Defect]] = {}
        for item in defects():
            if item.rates[level]:
                self._known.setdefault((item.database, item.table), []).append(item)

    def of(self, database: str, *tables: str, row: Row) -> tuple[Row, int]:
        """A row as it is written down, and how often more it is written."""
        again = 0
        for item in self._hits(database, tables, row):
            if item.spoil == AGAIN:
                again += 1
            else:
                row = item.spoilt(row)
        return row, again

    def _hits(self, database: str, tables: tuple[str, ...], row: Row) -> Iterator[Defect]:
        for table in tables:
            for item in self._known.get((database, table), ()):
                if not item.bears(row):
                    continue
                self.borne[item.knob] += 1
                if self._dice.random() < item.rates[self._level]:
                    self.planted[item.knob] += 1
                    yield item


def _moved(value: str, days: int) -> str:
    """A time some days off; a zero date stays."""
    if value.startswith("0000"):
        return value
    return (datetime.strptime(value, CLOCK) + timedelta(days=days)).strftime(CLOCK)
