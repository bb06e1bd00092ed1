"""Rows as the driver gives them, as Arrow columns of the kinds of their table."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import polars
import pyarrow

from migrators.staging.shape import Column
from migrators.staging.sqlite import text_of

_ARROW = {
    "int": pyarrow.int64(),
    "float": pyarrow.float64(),
    "binary": pyarrow.binary(),
}

_POOL = pyarrow.system_memory_pool()
"""Keeps its pages from one batch to the next; Arrow's own gives them back and faults them anew."""


def table_of(rows: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> pyarrow.Table:
    """Rows as one Arrow table; a batch that holds something strange makes its column text."""
    # Column by column: turning ten thousand rows by zip costs four times as much.
    values = (list(map(itemgetter(place), rows)) for place in range(len(columns)))
    arrays = [_array(column, found) for column, found in zip(columns, values, strict=True)]
    return pyarrow.table(arrays, names=[item.name for item in columns])


def fits(column: Column, field: pyarrow.Field) -> bool:
    """Whether a column is staged in the type of its kind."""
    return bool(field.type == _ARROW.get(column.kind, pyarrow.string()))


def joined(tables: Sequence[pyarrow.Table]) -> pyarrow.Table:
    """Tables one below the other; a column that is text in one of them is text in all."""
    if len(tables) == 1:
        return tables[0]
    kinds: dict[str, pyarrow.DataType] = {}
    for table in tables:
        for field in table.schema:
            known = kinds.setdefault(field.name, field.type)
            if known != field.type:
                kinds[field.name] = pyarrow.string()
    wanted = pyarrow.schema(list(kinds.items()))
    return pyarrow.concat_tables(
        table if table.schema.equals(wanted) else _as(table, wanted) for table in tables
    )


def _as(table: pyarrow.Table, wanted: pyarrow.Schema) -> pyarrow.Table:
    arrays = []
    for field in wanted:
        column = table.column(field.name)
        if column.type == field.type:
            arrays.append(column)
        else:
            texts = [None if value is None else _text(value) for value in column.to_pylist()]
            arrays.append(pyarrow.chunked_array([pyarrow.array(texts, pyarrow.string())]))
    return pyarrow.table(arrays, schema=wanted)


def _array(column: Column, values: Sequence[Any]) -> pyarrow.Array:
    """An array of the column's kind; text where the source holds something else in it.

    How a value is spelled must not hang on its neighbours, else its row would seem another one
    as soon as a neighbour changes.
    """
    kind = _ARROW.get(column.kind, pyarrow.string())
    if column.cast == "single":
        return _shortest(values)
    if column.cast == "bits":
        values = [None if value is None else int.from_bytes(value) for value in values]
    try:
        if column.kind != "int" or float not in set(map(type, values)):  # Arrow would cut it
            return pyarrow.array(values, kind, memory_pool=_POOL)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError, TypeError):
        pass
    spelled = _SPELLED.get(column.kind, _as_text)
    return pyarrow.array([None if v is None else spelled(v) for v in values], pyarrow.string())


def _shortest(values: Sequence[Any]) -> pyarrow.Array:
    """The shortest numbers that are these in single precision: 0.979, not 0.9789999723434448."""
    told = pyarrow.array(values, pyarrow.float32(), memory_pool=_POOL)
    return told.cast(pyarrow.string()).cast(pyarrow.float64())


def _text(value: Any) -> str:
    """A value in a column that is text for the sake of others, spelled as its hash spells it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return str(polars.Series([value]).cast(polars.String)[0])
    return value if isinstance(value, str) else str(value)


def _as_text(value: Any) -> str:
    """A value in a column of text: bytes are read as text, for a source may keep it as bytes."""
    return text_of(value) if isinstance(value, bytes) else _text(value)


def _as_bytes(value: Any) -> str:
    """A value in a column of bytes: text is its bytes."""
    return _text(value.encode() if isinstance(value, str) else value)


_SPELLED = {"int": _text, "float": _text, "binary": _as_bytes}
