"""The stored keys that put nodes in order, for whole tables at once.

They are those of `graph.values.order_key`; a test holds the two against each other.
"""

from collections.abc import Sequence
from typing import Any

import numpy
import pyarrow

from graph.model import Label, Property
from graph.values import ABSENT, END, ESCAPE, PRESENT
from migrators.mapping.spelling import HIGH

SIGN = numpy.uint64(1 << 63)
DIGITS = 16
NUMBER = "ordered_number"


def register(connection: Any) -> None:
    """Make the function known to a connection of DuckDB."""
    connection.create_function(NUMBER, ordered_number, ["DOUBLE"], "VARCHAR", type="arrow")


def ordered_number(column: Any) -> Any:
    """Sixteen hexadecimal digits that sort as the numbers do (IEEE 754, sign folded)."""
    values = numpy.asarray(column.to_numpy(zero_copy_only=False), dtype=numpy.float64) + 0.0
    bits = values.view(numpy.uint64)
    bits = numpy.where(bits & SIGN, ~bits, bits | SIGN)
    text = bits.astype(">u8").tobytes().hex().encode()
    ends = numpy.arange(0, DIGITS * len(values) + 1, DIGITS, dtype=numpy.int32)
    buffers = [None, pyarrow.py_buffer(ends.tobytes()), pyarrow.py_buffer(text)]
    return pyarrow.Array.from_buffers(pyarrow.string(), len(values), buffers)


def order_columns(label: Label, columns: Sequence[str]) -> str:
    """The expressions of the key of every sortable field, each behind a comma."""
    return "".join(
        f", {_key(item, item.name in columns)} AS {item.order_key}"
        for item in label.sortable
        if item.order_key != "id"
    )


def _key(item: Property, there: bool) -> str:
    identity = _sortable("id")
    absent = f"'{ABSENT}|' || {identity}"
    if not there:
        return absent
    present = f"'{PRESENT}' || {_ordered(item)} || '|' || {identity}"
    return f'CASE WHEN "{item.name}" IS NULL THEN {absent} ELSE {present} END'


def _ordered(item: Property) -> str:
    if item.type in ("int", "long", "float"):
        return f'{NUMBER}(coalesce("{item.name}"::DOUBLE, 0.0))'
    if item.type == "boolean":
        return f"""CASE WHEN "{item.name}" THEN '1' ELSE '0' END"""
    text = _sortable(f'"{item.name}"')
    return f"replace(replace({text}, chr(0), ' '), '{END}', ' ') || '{END}'"


def _sortable(text: str) -> str:
    """`graph.values.sortable` of a text: only what is not ASCII is looked at more closely."""
    escaped = f"'{ESCAPE}' || format('{{:06x}}', unicode(c))"
    letters = f"lambda c: CASE WHEN c >= '{ESCAPE}' THEN {escaped} ELSE c END"
    found = f"array_to_string(list_transform(regexp_extract_all({text}, '(?s).'), {letters}), '')"
    return (
        f"CASE WHEN strlen({text}) = length({text}) THEN {text} "
        f"WHEN regexp_matches({text}, '{HIGH}') THEN {found} ELSE {text} END"
    )
