"""Cut a table into chunks by key range, hash its rows, write Parquet.

Cuts are kept from one snapshot to the next, so a row that comes or goes changes one
chunk only, and a chunk that has not changed keeps its file: files are named by what
is in them. Rows become Arrow columns batch by batch, so memory is bounded by a chunk whatever
the size of the table.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet

from migrators.staging.columns import fits, joined, table_of
from migrators.staging.hashing import hashes_of
from migrators.staging.shape import Column, Shape
from migrators.staging.sqlite import MARK

ROWS = 100_000
BYTES = 24 * 2**20
"""A chunk ends at so many rows, or earlier where its rows are long; doubled within a known cut."""

HASH = "_hash"
Batches = Iterator[list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file of consecutive rows; `last` is the key of its last row.

    `odd` names the columns that are text here, though their kind is another: one of their values
    did not fit. `spelled` counts texts by column that are none, and are spelled by their bytes.
    """

    file: str
    rows: int
    last: list[Any]
    odd: tuple[str, ...] = ()
    spelled: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


def chunks_of(
    batches: Batches, shape: Shape, columns: Sequence[Column], cuts: Sequence[list[Any]]
) -> Iterator[pyarrow.Table]:
    """Group rows, ordered by key, into chunks that end where earlier ones ended.

    Behind the last known cut, and in a chunk that has doubled, new cuts are made.
    """
    cutter = _Cutter(shape, columns, cuts)
    for rows in batches:
        for part, ends in cutter.parts(rows):
            if part:
                cutter.keep(table_of(part, columns))
            if cutter.pending and (ends or cutter.full()):
                yield cutter.take()
    if cutter.pending:
        yield cutter.take()


class _Cutter:
    """Where one chunk ends and the next begins."""

    def __init__(self, shape: Shape, columns: Sequence[Column], cuts: Sequence[list[Any]]) -> None:
        names = [item.name for item in columns]
        self._places = [names.index(name) for name in shape.key if name in names]
        numeric = bool(self._places) and all(columns[at].kind == "int" for at in self._places)
        known = [cut for cut in cuts if len(cut) == len(self._places)]
        self._cuts = [list(map(_ranked, cut)) for cut in known] if numeric else []
        self.pending: list[pyarrow.Table] = []
        self._rows = self._bytes = 0

    def parts(self, rows: list[tuple[Any, ...]]) -> Iterator[tuple[list[tuple[Any, ...]], bool]]:
        """The rows, cut where earlier chunks ended; true where a chunk ends behind a part."""
        while self._cuts:
            at = bisect_right(rows, self._cuts[0], key=self._key)
            if at == len(rows):
                break
            yield rows[:at], True
            rows = rows[at:]
            self._cuts.pop(0)
        yield rows, False

    def _key(self, row: tuple[Any, ...]) -> list[Any]:
        return [_ranked(row[place]) for place in self._places]

    def keep(self, table: pyarrow.Table) -> None:
        """Put rows to those that wait."""
        self.pending.append(table)
        self._rows += table.num_rows
        self._bytes += table.nbytes

    def full(self) -> bool:
        """Whether the rows that wait are enough for a chunk."""
        room = 2 if self._cuts else 1
        return self._rows >= room * ROWS or self._bytes >= room * BYTES

    def take(self) -> pyarrow.Table:
        """The rows that waited, as one table."""
        table = joined(self.pending)
        self.pending, self._rows, self._bytes = [], 0, 0
        return table


def _ranked(value: Any) -> tuple[int, Any]:
    """A value of a key that compares with any other, in the order that SQLite gives them."""
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, int | float) else (2, 0)


def write_chunk(
    folder: Path, rows: pyarrow.Table, shape: Shape, columns: Sequence[Column]
) -> Chunk:
    """Write a chunk with the hashes of its rows; a file that is there already is left alone."""
    hashes = hashes_of(rows)
    head = orjson.dumps([[item.name, item.type] for item in columns])
    digest = hashlib.blake2b(head, digest_size=12)
    digest.update(_bytes(hashes))
    path = folder / f"{shape.name}-{digest.hexdigest()}.parquet"
    if not path.exists():
        draft = path.with_suffix(".draft")
        full = rows.append_column(HASH, hashes)
        pyarrow.parquet.write_table(
            full, draft, compression="zstd", compression_level=1, use_dictionary=False
        )
        draft.replace(path)
    names = {item.name for item in columns}
    ends = [rows.column(name)[-1].as_py() for name in shape.key if name in names]
    last = [value.hex() if isinstance(value, bytes) else value for value in ends]
    odd = tuple(item.name for item in columns if not fits(item, rows.schema.field(item.name)))
    return Chunk(path.name, rows.num_rows, last, odd, _spelled(rows))


def _spelled(rows: pyarrow.Table) -> dict[str, int]:
    """How many texts of each column are spelled by their bytes."""
    counts: dict[str, int] = {}
    for name in rows.column_names:
        column = rows.column(name)
        if pyarrow.types.is_string(column.type) and _count(column, MARK):
            found = _count(column, f"{MARK}[0-9A-F]{{2}}")
            counts |= {name: found} if found else {}
    return counts


def _count(column: pyarrow.ChunkedArray, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0)


def _bytes(values: pyarrow.Array) -> memoryview:
    """The values of an array of bytes, one behind the other, as they lie in memory."""
    _, ends, data = values.buffers()
    offsets = memoryview(ends).cast("i")
    return memoryview(data)[offsets[values.offset] : offsets[values.offset + len(values)]]
