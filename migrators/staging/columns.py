"""Rows as the driver gives them, as Arrow columns of the kinds of their table."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import polars
import pyarrow

from migrators.staging.shape import Column

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
    """An array of the column's kind; text where the source holds something else in it."""
    kind = _ARROW.get(column.kind, pyarrow.string())
    try:
        return pyarrow.array(values, kind, memory_pool=_POOL)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError, TypeError):
        pass
    if kind == pyarrow.binary() and all(isinstance(v, str | bytes | None) for v in values):
        return pyarrow.array([v.encode() if isinstance(v, str) else v for v in values], kind)
    return pyarrow.array([None if v is None else _text(v) for v in values], pyarrow.string())


def _text(value: Any) -> str:
    """A value in a column that is text for the sake of others, spelled as its hash spells it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return str(polars.Series([value]).cast(polars.String)[0])
    return value if isinstance(value, str) else str(value)
