"""Rows in parts, all of one thing in one: what is gathered of a thing must fit in memory.

What is gathered into lists, or into hundreds of columns, cannot go through the disk as sorted or
joined rows can. So the rows are written once into parts, and gathered one part after the other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from migrators.mapping.mapped import THREADS
from migrators.staging.chain import GROUP, copy, scan, union

OPEN_CELLS = 8_000_000
"""So many values, nulls included, wait before they are written into their parts."""

WAITING = 100_000
"""Rows that a thread keeps at most before it hands them to their parts: with more it is slower."""

TOGETHER = 8
"""So many queries with joins are one statement."""

VECTOR = 2048
"""Rows for which the engine reserves room in every part, for every column and thread."""


def divided(
    backend: Any, texts: Sequence[str], by: str, count: int, folder: Path, done: int = 1
) -> list[str]:
    """Write queries into common parts; returns a query of each, the rows of all of them.

    More parts than can be open at once are made of fewer that are divided again.

    Parameters
    ----------
    texts
        Queries whose rows are one below the other, matched by the names of their columns.
    by
        A column of each: rows that agree in it are in one part.
    count
        How many parts; one is the queries themselves.
    folder
        Where the parts are written; it must not be there, and the caller removes it.
    done
        Into how many parts the rows were divided before, by the same column.
    """
    if count <= 1:
        return [union(texts)]
    folder.mkdir()
    columns = [len(backend.raw_sql(f"DESCRIBE {text}").fetchall()) for text in texts]
    most = max(2, OPEN_CELLS // (VECTOR * max(columns) * THREADS))
    parts = min(count, most)
    for place, (text, width) in enumerate(zip(texts, columns, strict=True)):
        group = min(GROUP, max(VECTOR, OPEN_CELLS // (width * parts)))
        waiting = max(VECTOR, min(WAITING, OPEN_CELLS // width // THREADS))
        backend.raw_sql(f"SET partitioned_write_flush_threshold = {waiting}")
        backend.raw_sql(
            f'COPY (SELECT *, hash("{by}") // {done} % {parts} AS part FROM ({text})) '
            f"TO '{folder / str(place)}' "
            f"(FORMAT parquet, ROW_GROUP_SIZE {group}, PARTITION_BY (part))"
        )
    found = []
    for part in sorted({path.name for path in folder.glob("*/part=*")}):
        rows = [_of_part(folder / str(place) / part, text) for place, text in enumerate(texts)]
        found += divided(backend, rows, by, -(-count // parts), folder / part, done * parts)
    return found


def beside(backend: Any, texts: Sequence[str], folder: Path) -> str:
    """A query of the rows of several, each of which was written for itself where they are many.

    Every join of a statement keeps some megabytes for itself, however little it joins.

    Parameters
    ----------
    folder
        Where they are written; it must not be there, and the caller removes it.
    """
    if len(texts) <= TOGETHER:
        return union(texts)
    folder.mkdir()
    files = [folder / f"{place}.parquet" for place in range(len(texts))]
    for text, file in zip(texts, files, strict=True):
        backend.raw_sql(copy(text, file))
    return f"SELECT * FROM {scan(files)}"


def _of_part(files: Path, text: str) -> str:
    """What a query gave for a part; its columns all the same where that is nothing."""
    if files.exists():
        return f"SELECT * FROM {scan([files / '*.parquet'])}"
    return f"SELECT * FROM ({text}) LIMIT 0"


@contextmanager
def set_aside(backend: Any, *views: str) -> Iterator[None]:
    """Take views out of the way of statements, which know their names, and put them back."""
    for view in views:
        backend.raw_sql(f'ALTER VIEW "{view}" RENAME TO "{view} whole"')
    yield
    for view in views:
        backend.raw_sql(f'DROP VIEW "{view}"')
        backend.raw_sql(f'ALTER VIEW "{view} whole" RENAME TO "{view}"')


def parts_of(backend: Any, rows: str, size: int) -> int:
    """How many parts of about so many rows a table or a query has."""
    count = int(backend.raw_sql(f"SELECT count(*) FROM {rows}").fetchall()[0][0])
    return -(-count // size)
