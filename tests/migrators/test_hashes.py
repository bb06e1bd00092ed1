"""The hash of a row is of that row alone, whatever rows are hashed beside it."""

import pyarrow
from hypothesis import given
from hypothesis import strategies as st

from migrators.staging.columns import joined, table_of
from migrators.staging.hashing import FIELD, VALUE, hashes_of
from migrators.staging.shape import Column

SCHEMA = pyarrow.schema(
    [("id", pyarrow.int64()), ("name", pyarrow.string()), ("at", pyarrow.float64()),
     ("raw", pyarrow.binary())]
)  # fmt: skip
COLUMNS = [
    Column("id", "BIGINT", "int"), Column("name", "VARCHAR", "text"),
    Column("at", "DOUBLE", "float"), Column("raw", "BLOB", "binary"),
]  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**40), 2**40),
        st.none() | st.text(max_size=5),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.binary(max_size=4),
    ),
    min_size=1,
    max_size=6,
)


def hashes(rows: list[tuple[object, ...]]) -> list[bytes]:
    columns = [list(values) for values in zip(*rows, strict=True)]
    return told(pyarrow.table(columns, schema=SCHEMA))


def told(table: pyarrow.Table) -> list[bytes]:
    return [value.as_py() for value in hashes_of(table)]


@given(ROWS)
def test_a_rows_hash_hangs_on_no_other_row(rows: list[tuple[object, ...]]) -> None:
    alone = [hashes([row])[0] for row in rows]
    assert hashes(rows) == alone
    distinct = {tuple(map(repr, row)) for row in rows}
    assert len(set(alone)) == len(distinct)


@given(ROWS)
def test_a_column_that_nobody_filled_changes_no_hash(rows: list[tuple[object, ...]]) -> None:
    columns = [list(values) for values in zip(*rows, strict=True)]
    table = pyarrow.table(columns, schema=SCHEMA)
    added = table.add_column(1, "new", pyarrow.nulls(len(table), pyarrow.string()))
    assert told(added) == told(table)


@given(ROWS)
def test_a_value_is_spelled_alike_where_its_column_had_to_become_text(
    rows: list[tuple[object, ...]],
) -> None:
    typed = table_of(rows, COLUMNS)
    text = joined([typed, table_of([("x", "", "x", b"")], COLUMNS)]).slice(0, len(rows))
    assert text.schema.field("id").type == text.schema.field("at").type == pyarrow.string()
    assert told(text) == told(typed)


def test_a_text_that_looks_like_two_fields_is_one() -> None:
    two = pyarrow.table({"a": ["x"], "b": ["y"]})
    one = pyarrow.table({"a": [f"x{FIELD}b{VALUE}y"]})
    named = pyarrow.table({f"a{VALUE}x{FIELD}b": ["y"]})
    assert len({told(two)[0], told(one)[0], told(named)[0]}) == 3


def test_the_hash_is_what_it_was() -> None:
    """Another one would make every row of every source a changed one."""
    table = pyarrow.table({"id": [7], "at": [1e-7], "name": ["é"], "raw": [b"\x00"], "no": [None]})
    assert [digest.hex() for digest in told(table)] == ["72b8674c14a56bd7c6a51057c6f89574"]
