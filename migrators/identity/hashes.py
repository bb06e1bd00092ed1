"""A digest of a row, by which a load sees what changed."""

from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import StringValue, Table


@ibis.udf.scalar.builtin(name="md5")
def _md5(value: str) -> str:  # type: ignore[empty-body]
    """The MD5 digest of a text, as DuckDB and Spark both call it."""


def content_hash(table: Table, names: Sequence[str] = ()) -> StringValue:
    """A digest of the named columns of a row, of all where none are named.

    Of a column without a value it says nothing, so that it does not hang on which columns there are.
    """
    chosen = names or table.columns
    texts = [
        ibis.coalesce(ibis.literal(f"\x01{name}\x02") + table[name].cast("string"), "")
        for name in chosen
    ]
    return _md5(reduce(lambda left, right: left + right, texts))
