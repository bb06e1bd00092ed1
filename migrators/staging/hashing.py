"""Sixteen bytes that say whether a row is what it was.

They name the columns of a row that have a value, and the values: a column that a source adds
without filling it changes no hash. xxHash is told apart by chance alone, which is what
comparing two snapshots needs; nobody gains by forging a row of their own database.
"""

import polars
import polars_hash
import pyarrow

FIELD, VALUE, ESCAPE = "\x1f", "\x1e", "\x1d"
"""Stand before the name of a column, before its value, and for either where a text holds it."""

_ESCAPED = {FIELD: f"{ESCAPE}1", VALUE: f"{ESCAPE}2", ESCAPE: f"{ESCAPE}3"}


def hashes_of(rows: pyarrow.Table) -> pyarrow.Array:
    """The hash of every row, as binary; no two rows are spelled alike."""
    frame = polars.DataFrame(rows)
    parts: list[polars.Expr] = [polars.lit("")]
    for column in frame.iter_columns():
        name, empty = column.name, column.null_count()
        if empty == len(frame):
            continue
        field = (polars.lit(FIELD + _escaped(name) + VALUE), _spelled(name, column.dtype))
        # A value that is absent takes the name of its column with it.
        parts += [polars.concat_str(field)] if empty else field
    text = polars.concat_str(parts, ignore_nulls=True)
    # One row for each, where all columns of all rows are empty as well.
    spelled = frame.select(polars.repeat(text, polars.len()) if len(parts) == 1 else text)
    told = spelled.to_series().alias("text").to_frame()
    digest = polars_hash.col("text").nchash.xxh3_128(return_binary=True, byte_order="big")
    return told.select(digest).to_series().to_arrow().cast(pyarrow.binary())


def _spelled(name: str, kind: polars.DataType) -> polars.Expr:
    column = polars.col(name)
    if kind == polars.Binary:
        return column.bin.encode("hex")
    if kind == polars.String:
        return column.str.replace_many(_ESCAPED)
    return column.cast(polars.String)


def _escaped(name: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in name)
