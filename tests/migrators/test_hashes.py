"""The hash of a row is of that row alone, whatever rows are hashed beside it."""

from collections.abc import Iterator

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrators.staging.chunks import Writer

SCHEMA = pyarrow.schema(
    [("id", pyarrow.int64()), ("name", pyarrow.string()), ("at", pyarrow.float64()),
     ("raw", pyarrow.binary())]
)  # fmt: skip
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


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    made = Writer(tmp_path_factory.mktemp("chunks"))
    yield made
    made.close()


def hashes(writer: Writer, rows: list[tuple[object, ...]]) -> list[bytes]:
    columns = [list(values) for values in zip(*rows, strict=True)]
    return [value.as_py() for value in writer.hashes(pyarrow.table(columns, schema=SCHEMA))]


@given(ROWS)
def test_a_rows_hash_hangs_on_no_other_row(writer: Writer, rows: list[tuple[object, ...]]) -> None:
    alone = [hashes(writer, [row])[0] for row in rows]
    assert hashes(writer, rows) == alone
    distinct = {tuple(map(repr, row)) for row in rows}
    assert len(set(alone)) == len(distinct)
