"""Read a database by its URL, introspected, never assumed."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SAWarning, SQLAlchemyError

from graph.problem import Problem
from migrators.staging.mariadb import MariaDb
from migrators.staging.shape import Column, ForeignKey, Shape, kind_of
from migrators.staging.sqlite import Sqlite


class Reader(Protocol):
    """Streams rows of one consistent state of a database."""

    def rows(self, statement: str, batch: int = ...) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of so many rows, times as text, zero dates kept."""
        ...

    def close(self) -> None:
        """End the transaction."""
        ...


class Source:
    """A database that can say what is in it and be read table by table."""

    def __init__(self, url: URL, shapes: Mapping[str, Shape], views: Sequence[str]) -> None:
        self.url = url
        self.shapes = shapes
        self.views = tuple(views)
        self.place = url.render_as_string(hide_password=True)
        """Where it is, without a password: for messages and reports."""
        self.zone: str | None = None
        """The zone of its times, where the source itself vouches for it."""
        self.made: tuple[Path, ...] = ()
        """Files that were made to read it."""

    def forget(self) -> None:
        """Remove what was made to read it, now that it has been read."""
        for path in self.made:
            path.unlink(missing_ok=True)

    @property
    def quote(self) -> str:
        """The character that quotes names."""
        return "`" if self.url.get_backend_name() in ("mysql", "mariadb") else '"'

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent state of the whole database."""
        reader: Reader = MariaDb(self.url) if self.quote == "`" else Sqlite(self.url)
        try:
            yield reader
        except (OSError, DBAPIError) as error:
            raise Problem(
                f"the source went away while it was read: {error}",
                where=self.place,
                todo="run the same command again: finished tables are not read twice in vain",
            ) from error
        finally:
            reader.close()

    def select(self, shape: Shape, columns: Sequence[Column]) -> str:
        """The statement that reads a table in the order of its key."""
        q = self.quote
        names = ", ".join(f"{q}{item.name}{q}" for item in columns)
        order = ", ".join(f"{q}{name}{q}" for name in shape.key)
        text = f"SELECT {names} FROM {q}{shape.physical or shape.name}{q}"
        return f"{text} ORDER BY {order}" if order else text


def open_source(address: str) -> Source:
    """Introspect the database at a SQLAlchemy URL.

    Raises
    ------
    Problem
        Where the URL is none, or the server refuses or does not answer.
    """
    try:
        url = make_url(address)
        if url.get_backend_name() not in ("mysql", "mariadb", "sqlite"):
            raise ArgumentError(f"{url.get_backend_name()} is not read")
    except ArgumentError as error:
        raise Problem(
            "not the URL of a database",
            where=address.split("@")[-1],
            todo="write mysql+pymysql://user:password@host/name or sqlite:///file",
        ) from error
    hidden = url.render_as_string(hide_password=True)
    _check_file(url, hidden)
    try:
        engine = create_engine(_introspection(url))
        with engine.connect():
            pass
        return Source(url, *_introspect(engine))
    except (SQLAlchemyError, OSError, RuntimeError) as error:
        reason = str(getattr(error, "orig", None) or error)
        raise Problem(
            f"the database cannot be read: {reason}",
            where=hidden,
            todo="check address, user and password",
        ) from error


def _check_file(url: URL, hidden: str) -> None:
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    try:
        with open(url.database, "rb") as file:
            head = file.read(16)
    except OSError as error:
        raise Problem(error.strerror or str(error), where=hidden, todo="check the path") from error
    if head != b"SQLite format 3\x00":
        raise Problem("not an SQLite database", where=hidden, todo="check the path")


def _introspection(url: URL) -> URL:
    """Shapes are asked through PyMySQL, whichever driver was named."""
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="mysql+pymysql")


def _introspect(engine: Engine) -> tuple[dict[str, Shape], list[str]]:
    looker = inspect(engine)
    with warnings.catch_warnings():
        # SQLite keeps `int(11)` as the name of a type; only the name is looked at.
        warnings.simplefilter("ignore", SAWarning)
        columns = looker.get_multi_columns()
    keys = looker.get_multi_pk_constraint()
    links = looker.get_multi_foreign_keys()
    shapes = {}
    for place, described in sorted(columns.items(), key=lambda item: item[0][1]):
        name = place[1]
        shapes[name] = Shape(
            name,
            tuple(_column(item) for item in described),
            tuple(keys[place]["constrained_columns"]),
            tuple(
                ForeignKey(
                    tuple(item["constrained_columns"]),
                    item["referred_table"],
                    tuple(item["referred_columns"]),
                )
                for item in links[place]
            ),
        )
    views = sorted(looker.get_view_names())
    engine.dispose()
    return shapes, views


def _column(told: Any) -> Column:
    text = str(told["type"])
    return Column(told["name"], text, kind_of(text))
