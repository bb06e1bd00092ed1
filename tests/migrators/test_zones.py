"""A wall-clock time of any year is the instant that Python's zoneinfo says, or none."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.values import instant_text
from migrators.mapping.constants import make_constants
from migrators.mapping.zones import instants, periods

ZONES = (
    "Europe/Paris", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo",
    "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Caracas",
    "Europe/Dublin", "Asia/Manila", "UTC",
)  # fmt: skip


@cache
def backend_of(zone: str) -> Any:
    backend = ibis.duckdb.connect(threads=1)
    backend.raw_sql("SET TimeZone = 'UTC'")
    make_constants(backend, periods(zone), {})
    return backend


def said(zone: str, texts: list[str]) -> list[tuple[str | None, bool | None]]:
    backend = backend_of(zone)
    rows = ibis.memtable(pyarrow.table({"nth": range(len(texts)), "wall": texts}))
    told = instants(rows, "wall", "at", zone, "twice").order_by("nth")
    return [(row["at"], row["twice"]) for row in backend.to_pyarrow(told).to_pylist()]


def expected(zone: str, wall: datetime) -> tuple[str | None, bool]:
    """By zoneinfo: the earlier of two instants; none where the clock skipped the time."""
    there = ZoneInfo(zone)
    try:
        earlier, later = (wall.replace(tzinfo=there, fold=fold) for fold in (0, 1))
        instant = earlier.astimezone(UTC)
        if instant.astimezone(there).replace(tzinfo=None) != wall:
            return None, False
    except OverflowError:
        return None, False
    return instant_text(instant), earlier.utcoffset() != later.utcoffset()


walls = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 31, 23, 59, 59)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
near = st.builds(  # where clocks change: spring and autumn nights of any year
    lambda year, month, day, minute: datetime(year, month, day) + timedelta(minutes=minute),
    st.integers(1, 9998), st.sampled_from([3, 4, 9, 10, 11]), st.integers(1, 30), st.integers(0, 300),
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=5, deadline=None)
@given(st.lists(walls | near, min_size=1, max_size=120))
@example([datetime(1970, 1, 1), datetime(2100, 1, 1), datetime(9999, 12, 31), datetime(1, 1, 1)])
@example(
    [datetime(9999, 12, 31, 23, 59, 59), datetime(2438, 3, 28, 2, 30), datetime(2037, 3, 29, 2)]
)
@example([datetime(2016, 10, 30, 2, 30), datetime(2016, 3, 27, 2, 30), datetime(2016, 3, 27, 3)])
@example(
    [datetime(2016, 6, 1, 12, 0, 0, 999000), datetime(1911, 3, 10, 23, 55), datetime(2499, 12, 31)]
)
def test_any_time_of_any_year(zone: str, found: list[datetime]) -> None:
    texts = [moment.isoformat(" ", "milliseconds") for moment in found]
    for moment, (instant, twice) in zip(found, said(zone, texts), strict=True):
        want, both = expected(zone, moment)
        assert instant == want, moment
        assert want is None or zone == "UTC" or twice is both, moment


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC"])
def test_what_is_no_time_is_none(zone: str) -> None:
    strange = [
        "0000-00-00 00:00:00", "0000-01-01 00:00:00", "2024-00-01", "2024-02-30", "2024-02-28 24:00:00",
        "10000-01-01", "today", "", "2024-01-01 12:00", "2024-01-01 12:00:60", "infinity",
    ]  # fmt: skip
    assert {instant for instant, _ in said(zone, strange)} == {None}


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC"])
def test_a_part_of_a_second_is_cut_and_not_rounded(zone: str) -> None:
    ((instant, _),) = said(zone, ["2024-07-01 12:00:59.999999"])
    assert instant is not None
    assert instant.endswith(":00:59.999Z")


def test_a_zone_takes_few_rows() -> None:
    assert len(periods("Europe/Paris")) < 3_000
