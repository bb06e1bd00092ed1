"""The real tables of the three databases, and how to make them in SQLite and MariaDB.

ISPyB: every column of ispyb-database at Diamond (ac38bd2) and in its ESRF flavour (e378c95),
as facts in `schemas/`. ICAT: `migrators/icat/schema.tsv`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from migrators.icat.schema import entities
from ontologies.tables import read_table

PACKAGE = "beamgraph.simulator.schemas"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type as MariaDB spells it, and whether it may be null."""

    name: str
    type: str
    null: bool
    key: bool
    made: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A declared link to the primary key of another table."""

    table: str
    column: str
    parent: str
    parent_column: str


Tables = Mapping[str, tuple[Column, ...]]


@cache
def tables(database: str) -> Tables:
    """The tables of `ispyb-dls`, `ispyb-esrf` or `icat` with their columns."""
    if database == "icat":
        return {
            entity.table: tuple(
                Column(item.column, item.type, not item.required, item.column == "ID", False)
                for item in entity.columns
            )
            for entity in entities().values()
        }
    found: dict[str, list[Column]] = {}
    for row in read_table(PACKAGE, f"{database}.columns.tsv"):
        kind = re.sub(r"\s*/\*.*\*/", "", row["column_type"])
        made = "GENERATED" in row["extra"]
        null = row["is_nullable"] != "NO"
        column = Column(row["column_name"], kind, null, row["column_key"] == "PRI", made)
        found.setdefault(row["table_name"], []).append(column)
    return {name: tuple(columns) for name, columns in found.items()}


def foreign_keys(database: str) -> Iterator[ForeignKey]:
    """Every foreign key of an ISPyB that leads to a primary key."""
    keys = {
        name: [column.name.lower() for column in columns if column.key]
        for name, columns in tables(database).items()
    }
    for row in read_table(PACKAGE, f"{database}.fks.tsv"):
        if keys.get(row["parent"]) == [row["refcols"].lower()]:
            yield ForeignKey(row["child"], row["cols"], row["parent"], row["refcols"])


def sqlite_table(name: str, columns: tuple[Column, ...]) -> str:
    """The statement that makes a table in SQLite."""
    defined = [f'"{column.name}" {_sqlite_type(column)}' for column in columns]
    keys = [f'"{column.name}"' for column in columns if column.key]
    if keys:
        defined.append(f"PRIMARY KEY ({', '.join(keys)})")
    return f'CREATE TABLE "{name}" ({", ".join(defined)})'


def mariadb_table(name: str, columns: tuple[Column, ...]) -> str:
    """The statement that makes a table in MariaDB."""
    defined = [
        f"`{column.name}` {column.type}" + (" NULL DEFAULT NULL" if column.null else "")
        for column in columns
        if not column.made
    ]
    keys = [f"`{column.name}`" for column in columns if column.key]
    if keys:
        defined.append(f"PRIMARY KEY ({', '.join(keys)})")
    return f"CREATE TABLE `{name}` ({', '.join(defined)}) ENGINE=InnoDB"


def _sqlite_type(column: Column) -> str:
    kind = column.type.split(" ")[0]
    return "text" if kind.startswith(("enum", "set")) else kind
