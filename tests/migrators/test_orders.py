"""The order keys of whole tables are those of single values."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph.model import Label, Property, default_model
from graph.values import order_key
from migrators.identity.orders import order_columns, register

VALUES: dict[str, some.SearchStrategy[Any]] = {
    "int": some.integers(-(2**31), 2**31 - 1),
    "long": some.integers(-(2**63), 2**63 - 1),
    "float": some.floats(allow_nan=False),
    "boolean": some.booleans(),
    "text": some.text(),
}
COLUMNS = {
    "int": pyarrow.int32(),
    "long": pyarrow.int64(),
    "float": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
}


def sortable() -> dict[str, tuple[Label, Property]]:
    """A field of every type that can be sorted by."""
    return {
        item.type: (label, item)
        for label in default_model().labels.values()
        for item in label.sortable
        if item.order_key != "id"
    }


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        register(connection)
        yield connection


def keys(db: duckdb.DuckDBPyConnection, label: Label, item: Property, known: bool) -> list[str]:
    """The keys of a field of all `rows`, whose table has a column for it or not."""
    columns = order_columns(label, [item.name] if known else [])
    found = db.execute(f"SELECT {item.order_key} FROM (SELECT id{columns} FROM rows)")
    return [key for (key,) in found.fetchall()]


@pytest.mark.parametrize("kind", sortable())
@given(data=some.data())
def test_a_key_is_the_same_in_a_table_and_alone(
    db: duckdb.DuckDBPyConnection, kind: str, data: some.DataObject
) -> None:
    label, item = sortable()[kind]
    drawn = some.none() | VALUES.get(kind, VALUES["text"])
    values = data.draw(some.lists(drawn, min_size=1))
    ids = [str(place) for place in range(len(values))]
    column = pyarrow.array(values, COLUMNS.get(kind, pyarrow.string()))
    db.register("rows", pyarrow.table({"id": ids, item.name: column}))
    pairs = list(zip(values, ids, strict=True))
    assert keys(db, label, item, known=True) == [order_key(item.type, *pair) for pair in pairs]
    assert keys(db, label, item, known=False) == [order_key(item.type, None, i) for i in ids]
