"""Where the rows go: an SQLite file or a MariaDB, with every table of the real schema."""

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pymysql

from beamgraph.simulator.tables import Tables, foreign_keys, mariadb_table, sqlite_table, tables
from migrators.staging import parse_address
from migrators.staging.failures import reading_failed

BATCH = 2_000
DRIFT = "addedByAFork"
"""A column of which nobody here knows."""

Row = Mapping[str, Any]


class Sink(Protocol):
    """Takes rows of one database."""

    def add(self, table: str, row: Row) -> None:
        """Take one row; columns that the database does not have are left out."""
        ...

    def drift(self, table: str) -> None:
        """Give a table one more column, with a value, as a fork of the schema has it."""
        ...

    def close(self) -> None:
        """Write what is left and end."""
        ...


class Buffered:
    """Rows gathered by table and by the columns they have, written in batches."""

    def __init__(self, database: str) -> None:
        self.tables: Tables = tables(database)
        self._columns = {
            name: {column.name.lower(): column.name for column in columns if not column.made}
            for name, columns in self.tables.items()
        }
        self._lengths = {
            (name, column.name.lower()): int(size[1])
            for name, columns in self.tables.items()
            for column in columns
            if (size := re.match(r"(?:var)?char\((\d+)\)", column.type.lower()))
        }
        self._waiting: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}

    def add(self, table: str, row: Row) -> None:
        """Take one row; a table or column that this database does not have is left out, and
        text that is longer than its column is cut."""
        known = self._columns.get(table)
        if known is None:
            return
        names = tuple(known[name.lower()] for name in row if name.lower() in known)
        values = tuple(
            value[: self._lengths.get((table, name.lower()))] if isinstance(value, str) else value
            for name, value in row.items()
            if name.lower() in known
        )
        waiting = self._waiting.setdefault((table, names), [])
        waiting.append(values)
        if len(waiting) >= BATCH:
            self.write(table, names, waiting)
            waiting.clear()

    def flush(self) -> None:
        """Write every row that waits."""
        for (table, names), rows in self._waiting.items():
            if rows:
                self.write(table, names, rows)
        self._waiting.clear()

    def write(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Write rows that have the same columns."""
        raise NotImplementedError


class SqliteSink(Buffered):
    """An SQLite file; one that is there is replaced."""

    def __init__(self, database: str, path: Path) -> None:
        super().__init__(database)
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("BEGIN")
        for name, columns in self.tables.items():
            self._db.execute(sqlite_table(name, columns))

    def write(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Write rows that have the same columns."""
        quoted = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        self._db.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})', rows)

    def drift(self, table: str) -> None:
        """Give a table one more column, with a value, as a fork of the schema has it."""
        self._db.execute(f'ALTER TABLE "{table}" ADD COLUMN {DRIFT} int DEFAULT 1')

    def close(self) -> None:
        """Write what is left and end."""
        self.flush()
        self._db.execute("COMMIT")
        self._db.close()


class MariaDbSink(Buffered):
    """A database of a MariaDB server; tables of the same names are replaced."""

    def __init__(self, database: str, address: str) -> None:
        super().__init__(database)
        self._database = database
        url = parse_address(address)
        try:
            self._db = pymysql.connect(
                host=url.host or "localhost",
                port=url.port or 3306,
                user=url.user or "",
                password=(url.password or "").encode(),
                database=url.database,
                charset="utf8mb4",
                autocommit=False,
            )
        except (pymysql.Error, OSError) as error:
            raise reading_failed(error, url.place) from error
        self._cursor = self._db.cursor()
        # Zero dates and links to nowhere are in real databases, written by ways such as this.
        self._cursor.execute("SET SESSION sql_mode = '', FOREIGN_KEY_CHECKS = 0")
        for name, columns in self.tables.items():
            self._cursor.execute(f"DROP TABLE IF EXISTS `{name}`")
            self._cursor.execute(mariadb_table(name, columns))
        if database != "icat":
            for link in foreign_keys(database):
                self._cursor.execute(
                    f"ALTER TABLE `{link.table}` ADD FOREIGN KEY (`{link.column}`) "
                    f"REFERENCES `{link.parent}` (`{link.parent_column}`)"
                )

    def write(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Write rows that have the same columns."""
        quoted = ", ".join(f"`{name}`" for name in names)
        marks = ", ".join(["%s"] * len(names))
        self._cursor.executemany(f"INSERT INTO `{table}` ({quoted}) VALUES ({marks})", rows)

    def drift(self, table: str) -> None:
        """Give a table one more column, with a value, as a fork of the schema has it."""
        self._cursor.execute(f"ALTER TABLE `{table}` ADD COLUMN {DRIFT} int DEFAULT 1")

    def close(self) -> None:
        """Write what is left and end."""
        self.flush()
        self._db.commit()
        self._db.close()
