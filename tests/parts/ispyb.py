"""ISPyB databases from the tables of `tests/data`: real shapes, real rows."""

import csv
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from tests.parts.mariadb import MariaDbServer

DATA = Path(__file__).resolve().parent.parent / "data"
CHAIN = DATA / "ispyb-real-chain"


@dataclass(frozen=True)
class Database:
    """An ISPyB that can be written to and migrated."""

    url: str
    path: Path

    def execute(self, statement: str, *values: Any) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.execute(statement, values)
        connection.close()


def shapes(flavour: str) -> dict[str, list[Mapping[str, str]]]:
    """Every table of a flavour with its columns."""
    found: dict[str, list[Mapping[str, str]]] = {}
    with (DATA / f"ispyb-{flavour}.columns.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["table_name"], []).append(row)
    return found


def chain_rows(flavour: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The real rows in the columns of a flavour; names compared without case."""
    tables = shapes(flavour)
    for path in sorted(CHAIN.glob("*.tsv")):
        real = {row["column_name"].lower(): row["column_name"] for row in tables[path.stem]}
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield (
                    path.stem,
                    {
                        real[name.lower()]: None if value == "\\N" else value
                        for name, value in row.items()
                        if name.lower() in real
                    },
                )


def sqlite_chain(flavour: str, folder: Path, name: str = "") -> Database:
    """The real chain in an SQLite file with every table of the flavour."""
    path = folder / f"{name or flavour}.sqlite"
    with sqlite3.connect(path) as connection:
        for table, columns in shapes(flavour).items():
            keys = [row["column_name"] for row in columns if row["column_key"] == "PRI"]
            defined = [f'"{row["column_name"]}" {_sqlite_type(row)}' for row in columns]
            if keys:
                quoted = ", ".join(f'"{key}"' for key in keys)
                defined.append(f"PRIMARY KEY ({quoted})")
            connection.execute(f'CREATE TABLE "{table}" ({", ".join(defined)})')
        for table, row in chain_rows(flavour):
            insert(connection, table, row)
    connection.close()
    return Database(f"sqlite:///{path}", path)


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """One more row."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))


def _sqlite_type(row: Mapping[str, str]) -> str:
    kind = row["column_type"].split(" ")[0]
    return "text" if kind.startswith(("enum", "set")) else kind


def mariadb_chain(server: MariaDbServer, flavour: str) -> str:
    """The real chain in MariaDB with every table and key of the flavour; returns its URL."""
    database = f"chain_{flavour}"
    connection = server.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table, columns in shapes(flavour).items():
            cursor.execute(f"DROP TABLE IF EXISTS `{table}`")
            cursor.execute(_create(table, columns))
        _foreign_keys(cursor, flavour)
        for table, row in chain_rows(flavour):
            names = ", ".join(f"`{name}`" for name in row)
            marks = ", ".join("%s" for _ in row)
            cursor.execute(f"INSERT INTO `{table}` ({names}) VALUES ({marks})", list(row.values()))
        cursor.execute("CREATE OR REPLACE VIEW v_everything AS SELECT * FROM DataCollection")
    connection.close()
    return server.url(database)


def _create(table: str, columns: list[Mapping[str, str]]) -> str:
    defined = []
    for row in columns:
        if "GENERATED" in row["extra"]:
            continue
        null = "" if row["is_nullable"] == "NO" else " NULL"
        kind = re.sub(r"\s*/\*.*\*/", "", row["column_type"])
        default = " DEFAULT NULL" if null else ""
        defined.append(f"`{row['column_name']}` {kind}{null}{default}")
    keys = [row["column_name"] for row in columns if row["column_key"] == "PRI"]
    if keys:
        defined.append("PRIMARY KEY (" + ", ".join(f"`{key}`" for key in keys) + ")")
    return f"CREATE TABLE `{table}` ({', '.join(defined)}) ENGINE=InnoDB"


def _foreign_keys(cursor: pymysql.cursors.Cursor, flavour: str) -> None:
    """Declare every foreign key that the flavour declares to a primary key."""
    keys = {
        table: [row["column_name"].lower() for row in columns if row["column_key"] == "PRI"]
        for table, columns in shapes(flavour).items()
    }
    with (DATA / f"ispyb-{flavour}.fks.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if keys.get(row["parent"]) == [row["refcols"].lower()]:
                cursor.execute(
                    f"ALTER TABLE `{row['child']}` ADD FOREIGN KEY (`{row['cols']}`) "
                    f"REFERENCES `{row['parent']}` (`{row['refcols']}`)"
                )
