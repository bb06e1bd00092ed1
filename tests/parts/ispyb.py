"""ISPyB databases from the tables of `tests/data`: real shapes, real rows."""

import csv
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beamgraph.simulator.tables import foreign_keys, mariadb_table, sqlite_table, tables
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


def chain_rows(flavour: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The real rows in the columns of a flavour; names compared without case."""
    known = tables(f"ispyb-{flavour}")
    for path in sorted(CHAIN.glob("*.tsv")):
        real = {column.name.lower(): column.name for column in known[path.stem]}
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
        for table, columns in tables(f"ispyb-{flavour}").items():
            connection.execute(sqlite_table(table, columns))
        for table, row in chain_rows(flavour):
            insert(connection, table, row)
    connection.close()
    return Database(f"sqlite:///{path}", path)


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """One more row."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))


def mariadb_chain(server: MariaDbServer, flavour: str) -> str:
    """The real chain in MariaDB with every table and key of the flavour; returns its URL."""
    database = f"chain_{flavour}"
    connection = server.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table, columns in tables(f"ispyb-{flavour}").items():
            cursor.execute(f"DROP TABLE IF EXISTS `{table}`")
            cursor.execute(mariadb_table(table, columns))
        for link in foreign_keys(f"ispyb-{flavour}"):
            cursor.execute(
                f"ALTER TABLE `{link.table}` ADD FOREIGN KEY (`{link.column}`) "
                f"REFERENCES `{link.parent}` (`{link.parent_column}`)"
            )
        for table, row in chain_rows(flavour):
            names = ", ".join(f"`{name}`" for name in row)
            marks = ", ".join("%s" for _ in row)
            cursor.execute(f"INSERT INTO `{table}` ({names}) VALUES ({marks})", list(row.values()))
        cursor.execute("CREATE OR REPLACE VIEW v_everything AS SELECT * FROM DataCollection")
    connection.close()
    return server.url(database)
