"""Rows in parts, all of one thing in one: what is gathered of a thing must fit in memory.

What is gathered into lists, or into hundreds of columns, cannot go through the disk as sorted or
joined rows can. So the rows are written once into parts, and gathered one part after the other.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migrators.mapping.mapped import THREADS
from migrators.staging.chain import GROUP, scan, union

OPEN_CELLS = 12_000_000
"""So many values, nulls included, wait before they are written into their parts."""

WAITING = 100_000
"""Rows that a thread keeps at most before it hands them to their parts: with more it is slower."""


def divided(backend: Any, texts: Sequence[str], by: str, count: int, folder: Path) -> list[str]:
    """Write queries into common parts; returns a query of each, the rows of all of them.

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
    """
    if count <= 1:
        return [union(texts)]
    folder.mkdir()
    for place, text in enumerate(texts):
        columns = len(backend.raw_sql(f"DESCRIBE {text}").fetchall())
        waiting = min(WAITING, OPEN_CELLS // columns // THREADS)
        backend.raw_sql(f"SET partitioned_write_flush_threshold = {waiting}")
        backend.raw_sql(
            f'COPY (SELECT *, hash("{by}") % {count} AS part FROM ({text})) '
            f"TO '{folder / str(place)}' "
            f"(FORMAT parquet, ROW_GROUP_SIZE {GROUP}, PARTITION_BY (part))"
        )
    # A part in which one of several has no rows has its columns all the same.
    none = [f"SELECT * FROM ({text}) LIMIT 0" for text in texts] if len(texts) > 1 else []
    parts = sorted({path.name for path in folder.glob("*/part=*")})
    return [union([f"FROM {scan([folder / '*' / part / '*.parquet'])}", *none]) for part in parts]


def parts_of(backend: Any, rows: str, size: int) -> int:
    """How many parts of about so many rows a table or a query has."""
    count = int(backend.raw_sql(f"SELECT count(*) FROM {rows}").fetchall()[0][0])
    return -(-count // size)
