"""Rows for every table in which nothing has happened, so that no table is without one.

What the techniques do not write is written here by the shape of the table alone: keys that count,
references to rows that are there, and values that fit their type. They stand for the corners of
twenty years that no story covers: faults of beamlines, screens, lookups.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.tables import foreign_keys, tables
from migrators.ispyb.schema import Column

FLAVOURS = ("ispyb-dls", "ispyb-esrf")
ROWS = 3
DAY = datetime(2021, 3, 1, 9)

LONE = {
    "Component": "Macromolecule", "Ligand": "Macromolecule", "PDB": "Structure",
    "UserGroup": "Group", "BLSampleGroup": "Sample", "BLSubSample": "Sample",
    "Project": "Study", "DataCollectionFileAttachment": "File", "Structure": "Structure",
}  # fmt: skip
"""Tables whose rows stand for a thing of their own, and what kind of thing it is."""


NUMBERS = ("molecularmass", "transmission", "framecount")
TIMES = ("timestart", "timeend", "creationdate")
"""Columns of BioSAXS that keep numbers and times as text."""


class Rest:
    """Fills what is empty in both flavours of ISPyB, with the same rows under the same keys."""

    def __init__(self, books: Books, chance: Random) -> None:
        self._books, self._chance = books, chance
        self._columns: dict[str, dict[str, Column]] = {}
        self._parents: dict[str, dict[str, str]] = {}
        for flavour in FLAVOURS:
            for name, columns in tables(flavour).items():
                known = self._columns.setdefault(name, {})
                for item in columns:
                    if not item.made:  # where a flavour keeps numbers as text, numbers fit both
                        known.setdefault(item.name.lower(), item)
            for link in foreign_keys(flavour):
                self._parents.setdefault(link.table, {})[link.column.lower()] = link.parent

    def fill(self) -> None:
        """Parents first; a reference that goes in a circle stays empty."""
        waiting = [name for name in sorted(self._columns) if not self._books.written[name]]
        while waiting:
            ready = [name for name in waiting if self._ready(name, waiting)] or waiting[:1]
            for name in ready:
                self._fill(name)
            waiting = [name for name in waiting if name not in ready]

    def _ready(self, name: str, waiting: Sequence[str]) -> bool:
        parents = set(self._parents.get(name, {}).values()) - {name}
        return not parents & set(waiting)

    def _fill(self, name: str) -> None:
        columns = self._columns[name]
        keys = [item for item in columns.values() if item.key]
        seen = set()
        for number in range(1, ROWS + 1):
            row = dict(self._row(name, number))
            key = tuple(row[item.name] for item in keys)
            if key in seen or None in key:
                continue
            seen.add(key)
            first = keys[0].name if keys else next(iter(row))
            self._books.ispyb(name, {first: row.pop(first), **row})
            if name in LONE:
                self._books.truth.thing(LONE[name], [f"ispyb:{name}:{key[0]}"])

    def _row(self, name: str, number: int) -> Iterator[tuple[str, Any]]:
        parents = self._parents.get(name, {})
        for lowered, column in self._columns[name].items():
            parent = parents.get(lowered)
            if parent is not None:
                there = self._books.known[parent]
                yield column.name, there[(number - 1) % len(there)] if there else None
            elif column.key and _is_number(column.type):
                yield column.name, number
            else:
                yield column.name, value_of(column, number, self._chance)


def _is_number(kind: str) -> bool:
    return "int" in kind.lower()


def value_of(column: Column, number: int, chance: Random) -> Any:
    """A value that fits a column."""
    kind = column.type.lower()
    if kind.startswith(("enum", "set")):
        return chance.choice(re.findall(r"'([^']*)'", column.type)[:4])
    if "int" in kind:
        return int(kind.startswith("tinyint(1)")) or number
    if kind.startswith(("float", "double", "decimal")):
        return round(chance.uniform(0.1, 9.0), 2)
    if kind.startswith(("timestamp", "datetime")):
        return clock(DAY + timedelta(days=number))
    if kind.startswith("date"):
        return (DAY + timedelta(days=number)).strftime("%Y-%m-%d")
    if kind.startswith("time"):
        return "01:00:00"
    if "blob" in kind or "binary" in kind:
        return bytes([number] * 16)
    return _text(column, number)


def _text(column: Column, number: int) -> str:
    """A text that reads as what its column holds."""
    name = column.name.lower()
    if name in ("extra", "scanparameters"):
        return "{}"
    if name in NUMBERS:
        return f"{number}0"
    if name in TIMES:
        return clock(DAY + timedelta(days=number))
    size = re.search(r"\((\d+)\)", column.type.lower())
    return f"{number} {column.name}"[: int(size[1]) if size else 200]
