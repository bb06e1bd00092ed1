"""Rows in parts, all of one thing in one: what is gathered of a thing must fit in memory.

What is gathered into lists, or into hundreds of columns, cannot go through the disk as sorted or
joined rows can. So the rows are written once into parts, and gathered one part after the other.
"""

from pathlib import Path
from typing import Any

from migrators.mapping.mapped import THREADS
from migrators.staging.chain import GROUP, scan

OPEN_CELLS = 20_000_000
"""So many values, nulls included, wait before they are written into their parts."""

WAITING = 100_000
"""Rows that a thread keeps at most before it hands them to their parts: with more it is slower."""

LEAST = 512
"""Rows of the smallest row group: of smaller ones a file tells more of itself than of them."""


def divided(backend: Any, text: str, by: str, count: int, folder: Path) -> list[str]:
    """Write a query into parts; returns a query of each.

    Parameters
    ----------
    by
        A column: rows that agree in it are in one part.
    count
        How many parts; one is the query itself.
    folder
        Where the parts are written; it must not be there, and the caller removes it.
    """
    if count <= 1:
        return [text]
    rows = OPEN_CELLS // len(backend.raw_sql(f"DESCRIBE {text}").fetchall())
    group = min(GROUP, max(LEAST, rows // count))
    waiting = min(WAITING, max(LEAST, rows // THREADS))
    backend.raw_sql(f"SET partitioned_write_flush_threshold = {waiting}")
    backend.raw_sql(
        f"COPY (SELECT *, hash(\"{by}\") % {count} AS part FROM ({text})) TO '{folder}' "
        f"(FORMAT parquet, ROW_GROUP_SIZE {group}, PARTITION_BY (part))"
    )
    parts = sorted(folder.glob("part=*"))
    return [f"SELECT * FROM {scan([part / '*.parquet'])}" for part in parts]


def parts_of(backend: Any, rows: str, size: int) -> int:
    """How many parts of about so many rows a table or a query has."""
    count = int(backend.raw_sql(f"SELECT count(*) FROM {rows}").fetchall()[0][0])
    return -(-count // size)
