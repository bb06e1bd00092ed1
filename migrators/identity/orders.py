"""The stored keys that put nodes in order, for whole tables at once.

They are those of `graph.values.order_key`; a test holds the two against each other.
"""

import ibis
import numpy
import pyarrow
from ibis.expr.types import StringValue, Table, Value

from graph.model import Label, Property
from graph.values import ABSENT, END, PRESENT

SIGN = numpy.uint64(1 << 63)
DIGITS = 16


@ibis.udf.scalar.pyarrow
def ordered_number(value: float) -> str:
    """Sixteen hexadecimal digits that sort as the numbers do (IEEE 754, sign folded)."""
    values = numpy.asarray(value.to_numpy(zero_copy_only=False), dtype=numpy.float64) + 0.0  # type: ignore[attr-defined]
    bits = values.view(numpy.uint64)
    bits = numpy.where(bits & SIGN, ~bits, bits | SIGN)
    text = bits.astype(">u8").tobytes().hex().encode()
    ends = numpy.arange(0, DIGITS * len(values) + 1, DIGITS, dtype=numpy.int32)
    buffers = [None, pyarrow.py_buffer(ends.tobytes()), pyarrow.py_buffer(text)]
    return pyarrow.Array.from_buffers(pyarrow.string(), len(values), buffers)  # type: ignore[no-any-return]


def with_order_keys(nodes: Table, label: Label) -> Table:
    """Nodes with the key of every sortable field beside their properties."""
    keys = {item.order_key: _key(nodes, item) for item in label.sortable if item.order_key != "id"}
    return nodes.mutate(**keys) if keys else nodes


def _key(nodes: Table, item: Property) -> StringValue:
    absent = ibis.literal(f"{ABSENT}|") + nodes.id
    if item.name not in nodes.columns:
        return absent
    value = nodes[item.name]
    present = ibis.literal(PRESENT) + _ordered(value, item) + "|" + nodes.id
    return value.isnull().ifelse(absent, present)


def _ordered(value: Value, item: Property) -> StringValue:
    if item.type in ("int", "long", "float"):
        return ordered_number(ibis.coalesce(value.cast("float64"), 0.0))
    if item.type == "boolean":
        return value.ifelse("1", "0")
    text = value.cast("string").replace("\x00", " ").replace(END, " ")
    return text + END
