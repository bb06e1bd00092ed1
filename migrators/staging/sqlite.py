"""Stream rows from an SQLite file."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import URL

BATCH = 10_000


class Sqlite:
    """One read transaction over a file."""

    def __init__(self, url: URL) -> None:
        self._connection = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)
        self._connection.execute("BEGIN")

    def rows(self, statement: str, batch: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of rows; SQLite keeps times as the text they are."""
        cursor = self._connection.execute(statement)
        while rows := cursor.fetchmany(batch):
            yield rows

    def close(self) -> None:
        """End the transaction."""
        self._connection.close()
