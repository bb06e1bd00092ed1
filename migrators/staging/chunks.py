"""Cut a table into chunks by key range, hash its rows, write Parquet.

Cuts are kept from one snapshot to the next, so a row that comes or goes changes one
chunk only, and a chunk that has not changed keeps its file: files are named by what
is in them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow
import pyarrow.parquet

from migrators.staging.shape import Column, Shape

ROWS = 100_000
HASH = "_hash"

_ARROW = {
    "int": pyarrow.int64(),
    "float": pyarrow.float64(),
    "binary": pyarrow.binary(),
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file of consecutive rows; `last` is the key of its last row."""

    file: str
    rows: int
    last: list[Any]

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


def chunks_of(
    batches: Iterator[list[tuple[Any, ...]]],
    shape: Shape,
    columns: Sequence[Column],
    cuts: list[list[Any]],
) -> Iterator[list[tuple[Any, ...]]]:
    """Group rows, ordered by key, into chunks that end where earlier ones ended.

    Behind the last known cut, and in a chunk that has doubled, new cuts are made.
    """
    names = [item.name for item in columns]
    places = [names.index(name) for name in shape.key if name in names]
    numeric = bool(places) and all(columns[place].kind == "int" for place in places)
    pending: list[tuple[Any, ...]] = []
    ends = iter(cuts if numeric else [])
    end = next(ends, None)
    for batch in batches:
        for row in batch:
            if end is not None and [row[place] for place in places] > end:
                if pending:
                    yield pending
                    pending = []
                while end is not None and [row[place] for place in places] > end:
                    end = next(ends, None)
            pending.append(row)
            if len(pending) >= (ROWS if end is None else 2 * ROWS):
                yield pending
                pending = []
    if pending:
        yield pending


def write_chunk(
    rows: list[tuple[Any, ...]], shape: Shape, columns: Sequence[Column], folder: Path
) -> Chunk:
    """Write rows with their hashes; a file that is there already is left alone."""
    hashes = [row_hash(columns, row) for row in rows]
    head = orjson.dumps([[item.name, item.type] for item in columns])
    content = hashlib.blake2b(head + b"".join(hashes), digest_size=12).hexdigest()
    path = folder / f"{shape.name}-{content}.parquet"
    if not path.exists():
        draft = path.with_suffix(".draft")
        pyarrow.parquet.write_table(_table(rows, columns, hashes), draft, compression="zstd")
        draft.replace(path)
    names = [item.name for item in columns]
    last = [_plain(rows[-1][names.index(name)]) for name in shape.key if name in names]
    return Chunk(path.name, len(rows), last)


def row_hash(columns: Sequence[Column], row: Sequence[Any]) -> bytes:
    """Sixteen bytes that name the columns with a value and the values.

    A column that a source adds without filling it changes no hash.
    """
    told = {
        column.name: _plain(value)
        for column, value in zip(columns, row, strict=True)
        if value is not None
    }
    text = orjson.dumps(told, default=str)
    return hashlib.blake2b(text, digest_size=16).digest()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _table(
    rows: list[tuple[Any, ...]], columns: Sequence[Column], hashes: list[bytes]
) -> pyarrow.Table:
    values = list(zip(*rows, strict=True))
    arrays = [_array(column, list(values[n])) for n, column in enumerate(columns)]
    arrays.append(pyarrow.array(hashes, pyarrow.binary(16)))
    return pyarrow.table(arrays, names=[*(item.name for item in columns), HASH])


def _array(column: Column, values: list[Any]) -> pyarrow.Array:
    """An array of the column's kind; text where SQLite holds something else in it."""
    kind = _ARROW.get(column.kind, pyarrow.string())
    try:
        if kind == pyarrow.string():
            values = [None if v is None else v if isinstance(v, str) else _text(v) for v in values]
        elif kind == pyarrow.binary():
            values = [v.encode() if isinstance(v, str) else v for v in values]
        return pyarrow.array(values, kind)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError):
        texts = [None if v is None else _text(v) for v in values]
        return pyarrow.array(texts, pyarrow.string())


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
