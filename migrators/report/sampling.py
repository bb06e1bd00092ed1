"""Read a random sample of rows again at their source, and compare them with the snapshot."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb

from migrators.report.verify import Finding
from migrators.staging import Snapshot, Source
from migrators.staging.chain import quoted, scan
from migrators.staging.chunks import HASH
from migrators.staging.columns import table_of
from migrators.staging.hashing import hashes_of
from migrators.staging.shape import Shape
from migrators.staging.snapshot import StagedTable
from migrators.staging.source import Guarded

ROWS = 25
"""Rows of every table that are read again."""


def resample(snapshot: Snapshot, source: Source, seed: int) -> tuple[int, list[Finding]]:
    """How many rows were read again, and what is otherwise there than in the snapshot.

    Parameters
    ----------
    seed
        Chooses the rows, so that a sample can be drawn again.
    """
    findings: list[Finding] = []
    count = 0
    with source.reading() as reader:
        for name, table in snapshot.tables.items():
            if table.rows and table.shape.key:
                read, found = _again(snapshot, source, reader, name, table, seed)
                count += read
                findings += found
    return count, findings


def _again(
    snapshot: Snapshot,
    source: Source,
    reader: Guarded,
    name: str,
    table: StagedTable,
    seed: int,
) -> tuple[int, list[Finding]]:
    shape = source.shapes.get(name)
    if shape is None:
        return 0, [Finding("lost", name, "*", "the source does not have this table any more")]
    columns = [item for item in shape.columns if item.name not in table.withheld]
    known = _sample(snapshot, table, seed)
    where = " OR ".join(
        "(" + " AND ".join(_is(source, shape, c, v) for c, v in key) + ")" for key in known
    )
    statement = source.select(shape, columns, where)
    there: dict[tuple[Any, ...], bytes] = {}
    for rows in reader.rows(statement, what=f"table {shape.source_name}"):
        found = table_of(rows, columns)  # keys are compared as they are staged
        keys = zip(*(found.column(part).to_pylist() for part in table.shape.key), strict=True)
        for key, digest in zip(keys, hashes_of(found).to_pylist(), strict=True):
            there[tuple(map(str, key))] = digest
    return len(known), list(_compared(name, known, there))


def _compared(
    name: str, known: dict[tuple[tuple[str, Any], ...], bytes], there: dict[tuple[Any, ...], bytes]
) -> Iterator[Finding]:
    for key, digest in known.items():
        values = tuple(str(value) for _, value in key)
        text = ",".join(values)
        if values not in there:
            yield Finding(
                "gone at the source", name, text, "it was there when the snapshot was taken"
            )
        elif there[values] != digest:
            yield Finding("changed at the source", name, text, "its hash is not the snapshot's")


def _sample(
    snapshot: Snapshot, table: StagedTable, seed: int
) -> dict[tuple[tuple[str, Any], ...], bytes]:
    """Keys of a random sample with the hashes of their rows."""
    names = ", ".join(quoted(name) for name in table.shape.key)
    query = (
        f"SELECT {names}, {HASH} FROM {scan(snapshot.files(table))} "
        f"USING SAMPLE reservoir({ROWS} ROWS) REPEATABLE ({seed})"
    )
    with duckdb.connect() as db:
        rows = db.execute(query).fetchall()
    return {tuple(zip(table.shape.key, row[:-1], strict=True)): row[-1] for row in rows}


def _is(source: Source, shape: Shape, name: str, value: Any) -> str:
    """Whether a column has a value, as the source compares them.

    SQLite keeps a number in a column of any type, and takes no text for it.
    """
    column, place = shape.column(name), source.named(shape, name)
    if isinstance(value, str) and source.address.file and column is not None:
        is_text = re.search("char|clob|text", column.type, re.IGNORECASE)
        place = place if is_text else f"CAST({place} AS TEXT)"
    return f"{place} = {_literal(value)}"


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"
