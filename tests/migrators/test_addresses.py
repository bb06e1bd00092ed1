"""The id of a record is the same in an expression and in a statement."""

import duckdb
import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as some

from migrators.mapping.addresses import record_id, record_sql

KEYS = some.lists(some.text(some.characters(exclude_characters="\x00", codec="utf-8")), min_size=1)


@pytest.fixture(scope="module")
def backend() -> ibis.BaseBackend:
    return ibis.duckdb.connect()


@given(keys=KEYS)
def test_both_ways_give_one_id(backend: ibis.BaseBackend, keys: list[str]) -> None:
    made = record_id("lab", "Table", [ibis.literal(key) for key in keys])
    ((record,),) = duckdb.execute(backend.compile(made)).fetchall()
    statement = record_sql("lab", "Table", ["?::VARCHAR"] * len(keys))
    assert duckdb.execute(f"SELECT {statement}", keys).fetchall() == [(record,)]
    encoded = record.removeprefix("lab:Table:")
    assert not set(": ") & set(encoded)
    assert encoded.count(",") == len(keys) - 1
