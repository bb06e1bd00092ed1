"""A server that is faster than its reader does not fill the memory."""

import time

import psutil
import pytest

from migrators.staging import parse_address
from migrators.staging.mariadb import MariaDb
from tests.parts.mariadb import MariaDbServer

ROWS = 200_000
WIDTH = 1_000
MEGABYTES = ROWS * WIDTH / 2**20
"""What the whole table weighs."""


@pytest.fixture(scope="module")
def filled(mariadb: MariaDbServer) -> str:
    connection = mariadb.connect("streaming")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE wide (id INT PRIMARY KEY, text VARCHAR({WIDTH})) "
            f"SELECT seq AS id, repeat('x', {WIDTH}) AS text FROM seq_1_to_{ROWS}"
        )
    connection.close()
    return mariadb.url("streaming")


@pytest.mark.parametrize("batch", [50, 1_000])
def test_a_slow_reader_holds_a_batch_and_not_the_table(filled: str, batch: int) -> None:
    reader, process = MariaDb(parse_address(filled)), psutil.Process()
    try:
        rows = reader.rows("SELECT id, text FROM wide ORDER BY id", batch)
        next(rows)
        begin = most = process.memory_info().rss
        for number, found in enumerate(rows):
            assert len(found) <= batch
            if number < 400:
                time.sleep(0.005)  # as one who writes what was read
                most = max(most, process.memory_info().rss)
        assert (most - begin) / 2**20 < MEGABYTES / 4
    finally:
        reader.close()


def test_a_reader_that_stops_early_leaves_the_connection_usable(filled: str) -> None:
    reader = MariaDb(parse_address(filled))
    try:
        rows = reader.rows("SELECT id FROM wide ORDER BY id", 100)
        assert [row[0] for row in next(rows)] == list(range(1, 101))
        rows.close()  # type: ignore[attr-defined]
        assert list(reader.rows("SELECT count(*) FROM wide")) == [[(ROWS,)]]
    finally:
        reader.close()
