"""Read a database by its URL, introspected, never assumed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from graph.problem import Problem
from migrators.staging import introspect
from migrators.staging.address import Address
from migrators.staging.failures import reading_failed
from migrators.staging.mariadb import MariaDb
from migrators.staging.naming import apart
from migrators.staging.shape import Column, Shape
from migrators.staging.sqlite import Sqlite


class Reader(Protocol):
    """Streams rows of one consistent state of a database."""

    def rows(self, statement: str, batch: int = ...) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of so many rows, times as text, zero dates kept."""
        ...

    def close(self) -> None:
        """End the transaction."""
        ...


class Guarded:
    """A reader whose failures are one clear line, whatever its driver raises.

    Parameters
    ----------
    place
        Where the source is, for the line.
    """

    def __init__(self, address: Address, place: str) -> None:
        self._place = place
        try:
            self._reader: Reader = Sqlite(address) if address.file else MariaDb(address)
        except Problem:
            raise
        except Exception as error:
            raise reading_failed(error, place) from error

    def rows(
        self, statement: str, batch: int = 10_000, what: str = "the source"
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of rows of a statement; `what` is read, as `table BLSample`."""
        batches = self._reader.rows(statement, batch)
        try:
            yield from self._read(batches, what)
        finally:
            with suppress(Exception):  # what it says was said before
                batches.close()  # type: ignore[attr-defined]

    def _read(
        self, batches: Iterator[list[tuple[Any, ...]]], what: str
    ) -> Iterator[list[tuple[Any, ...]]]:
        while True:
            try:
                rows = next(batches, None)
            except Exception as error:
                raise reading_failed(error, self._place, what) from error
            if rows is None:
                return
            yield rows

    def close(self) -> None:
        """End the transaction."""
        with suppress(Exception):
            self._reader.close()


class Source:
    """A database that can say what is in it and be read table by table."""

    def __init__(self, address: Address, shapes: Mapping[str, Shape], views: Sequence[str]) -> None:
        self.address = address
        self.shapes = dict(shapes)
        self.views = tuple(views)
        self.place = address.place
        """Where it is, without a password: for messages and reports."""
        self.zone: str | None = None
        """The zone of its times, where the source itself vouches for it."""
        self.made: tuple[Path, ...] = ()
        """Files that were made to read it."""

    def forget(self) -> None:
        """Remove what was made to read it, now that it has been read."""
        for path in self.made:
            path.unlink(missing_ok=True)

    def quoted(self, name: str) -> str:
        """A name in a statement, whatever letters it has."""
        mark = '"' if self.address.file else "`"
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    @contextmanager
    def reading(self) -> Iterator[Guarded]:
        """One consistent state of the whole database."""
        reader = Guarded(self.address, self.place)
        try:
            yield reader
        finally:
            reader.close()

    def select(self, shape: Shape, columns: Sequence[Column], where: str = "") -> str:
        """The statement that reads a table in the order of its key, or some rows of it."""
        names = ", ".join(self._asked(item) for item in columns)
        text = f"SELECT {names} FROM {self.quoted(shape.source_name)}"
        if where:
            return f"{text} WHERE {where}"
        order = ", ".join(self.named(shape, name) for name in shape.key)
        return f"{text} ORDER BY {order}" if order else text

    def named(self, shape: Shape, name: str) -> str:
        """A column of a table as the source calls it, quoted."""
        column = shape.column(name)
        return self.quoted(column.source_name if column else name)

    def _asked(self, column: Column) -> str:
        name = self.quoted(column.source_name)
        return f"CAST({name} AS DOUBLE)" if column.cast == "single" else name


def open_source(address: Address, known: Mapping[str, str] | None = None) -> Source:
    """Introspect a database.

    Parameters
    ----------
    known
        What the tables of a system are called here, by their name at the source.

    Raises
    ------
    Problem
        Where the server refuses or does not answer, or there is no such file.
    """
    reader = Guarded(address, address.place)
    try:

        def ask(statement: str) -> Iterator[tuple[Any, ...]]:
            for rows in reader.rows(statement, what="what it holds"):
                yield from rows

        shapes, views = introspect.sqlite(ask) if address.file else introspect.mariadb(ask)
    finally:
        reader.close()
    return Source(address, apart(shapes, known or {}), views)
