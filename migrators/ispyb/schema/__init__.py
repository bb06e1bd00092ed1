"""The tables, columns and foreign keys of both flavours of ISPyB, as facts.

Of ispyb-database at Diamond (ac38bd2) and in its ESRF flavour (e378c95); `dls` and `esrf` are the
names of the flavours everywhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table

PACKAGE = "migrators.ispyb.schema"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type as MariaDB spells it, and whether it may be null.

    `key` where it belongs to the primary key, `made` where the database computes it.
    """

    name: str
    type: str
    null: bool
    key: bool
    made: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A declared foreign key."""

    table: str
    column: str
    parent: str
    parent_column: str


@cache
def tables(flavour: str) -> Mapping[str, tuple[Column, ...]]:
    """The tables of a flavour with their columns."""
    found: dict[str, list[Column]] = {}
    for row in read_table(PACKAGE, f"{flavour}.columns.tsv"):
        kind = re.sub(r"\s*/\*.*\*/", "", row["column_type"])
        made = "GENERATED" in row["extra"]
        null = row["is_nullable"] != "NO"
        column = Column(row["column_name"], kind, null, row["column_key"] == "PRI", made)
        found.setdefault(row["table_name"], []).append(column)
    return {name: tuple(columns) for name, columns in found.items()}


def links(flavour: str) -> Iterator[Link]:
    """Every foreign key of a flavour."""
    for row in read_table(PACKAGE, f"{flavour}.fks.tsv"):
        yield Link(row["child"], row["cols"], row["parent"], row["refcols"])
