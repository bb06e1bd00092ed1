"""Every transform gives a value of its type or none, whatever a driver reads, and never raises."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrators.mapping import read_mapping
from migrators.mapping.transforms import TRANSFORMS, Context
from migrators.staging.columns import table_of
from migrators.staging.shape import Column, Kind

CONTEXTS = (Context("dls", "ESNF", None), Context("esrf", "ESNF", "Europe/Paris"))
LIMIT = 2**53
WORDS = (
    "", " ", "\t\n", "nan", "NaN", "inf", "-Infinity", "1e30", "-1e400", "99999999999999999999",
    "12.7", "1_000", "0x10", "1d", "+5", " 12 ", "-0.0", "9007199254740993", "9007199254740993.0",
    "true", "Yes", "f", "NA", "0000-00-00 00:00:00", "10.1000/X", "0000-0002-1825-0097", "a/b/c/",
    "\x00", "\x01", "²", "١٢", "1,5", "PaNET:PaNET01217", "x_1_1234", "\u0130\ufb01", "\U0001f52c", "eV",
)  # fmt: skip

texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(-(10**25), 10**25).map(str),
    st.floats().map(repr),
)
numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([2**63, 2**64 - 1, -(2**63) - 1, LIMIT, LIMIT + 1, -LIMIT - 1, 0, 1]),
)
floats = st.one_of(
    st.floats(), st.sampled_from([math.inf, -math.inf, math.nan, -0.0, 1e308, -1e308, 1e30, 5e-324])
)
times = st.one_of(st.datetimes(), st.dates(), st.times(), st.timedeltas()).map(str)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
cells: dict[Kind, st.SearchStrategy[Any]] = {
    "int": numbers,
    "float": floats,
    "text": texts,
    "binary": st.binary(max_size=9) | st.sampled_from([b"\x00", b"\x01", b"\xff", b"1", b"0"]),
    "decimal": st.one_of(decimals, st.integers(-(10**30), 10**30).map(str)),
    "datetime": st.one_of(times, st.sampled_from(["0000-00-00 00:00:00", "2024-02-30 25:61:61"])),
}
anything = st.one_of(
    texts, numbers, floats, times, st.booleans(), st.binary(max_size=4), st.datetimes(), st.dates()
)


@st.composite
def columns(draw: st.DrawFn) -> tuple[Column, list[Any]]:
    """A column as staging makes it of what a driver gives: of its kind, or odd ones among them."""
    kind = draw(st.sampled_from(sorted(cells)))
    cell = st.none() | cells[kind]
    if draw(st.booleans()):  # SQLite keeps anything in any column
        cell |= anything
    found = draw(st.lists(cell, min_size=24, max_size=24))
    return Column("", kind, kind), found


def rows_of(told: Sequence[tuple[Column, list[Any]]]) -> pyarrow.Table:
    named = [Column(f"c{at}", item.type, item.kind) for at, (item, _) in enumerate(told)]
    return table_of(list(zip(*[values for _, values in told], strict=True)), named)


WIDTH = {
    rule.transform: len(rule.columns)
    for system in ("ispyb", "icat")
    for rule in (*read_mapping(f"migrators.{system}").properties,
                 *read_mapping(f"migrators.{system}").keys)
}  # fmt: skip
"""How many columns the mapping tables give each transform."""


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_transform_gives_a_value_or_none(name: str, data: st.DataObject) -> None:
    told = [data.draw(columns()) for _ in range(WIDTH.get(name) or 1)]
    context = data.draw(st.sampled_from(CONTEXTS))
    backend = _backend()
    rows = ibis.memtable(rows_of(told))
    value = TRANSFORMS[name]([rows[item] for item in rows.columns], context)
    kind = value.type()
    for item in backend.to_pyarrow(rows.select(value=value)).column("value").to_pylist():
        if item is None:
            continue
        if kind.is_floating():
            assert isinstance(item, float)
            assert math.isfinite(item)
        elif kind.is_integer():
            assert isinstance(item, int)
            assert abs(item) <= LIMIT
        elif kind.is_boolean():
            assert isinstance(item, bool)
        else:
            assert kind.is_string()
            assert isinstance(item, str)


_KEPT: list[Any] = []


def _backend() -> Any:
    if not _KEPT:
        _KEPT.append(ibis.duckdb.connect(threads=1))
    return _KEPT[0]


def said(name: str, kind: Kind, *values: Any) -> list[Any]:
    """What a transform makes of one column."""
    told = rows_of([(Column("", kind, kind), list(values))])
    rows = ibis.memtable(told)
    value = TRANSFORMS[name]([rows.c0], CONTEXTS[0])
    return list(_backend().to_pyarrow(rows.select(value=value)).column("value").to_pylist())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(texts, floats.map(repr), numbers.map(str)), min_size=1, max_size=30))
def test_a_whole_number_is_the_one_that_the_text_names(found: list[str]) -> None:
    for text, value in zip(found, said("int", "text", *found), strict=True):
        try:
            exact = Decimal(text.strip()) if text.isascii() and "_" not in text else None
        except ArithmeticError:
            exact = None
        if exact is None or not exact.is_finite():
            assert value is None
        elif exact != exact.to_integral_value() or abs(exact) > LIMIT:
            assert value is None or (abs(exact - value) < 1e-9 * max(1, abs(value)))
            assert value is None or "." in text or "e" in text.lower()
        elif value is not None:
            assert value == exact
        else:  # a text with a point or an exponent is exact below the limit only
            assert abs(exact) >= LIMIT - 1


def test_what_is_no_whole_number_is_none() -> None:
    strange = [
        "inf",
        "1e30",
        "99999999999999999999",
        "12.7",
        "nan",
        "1_000",
        "",
        "-12",
        "1e3",
        "7.0",
    ]
    assert said("int", "text", *strange) == [None] * 7 + [-12, 1000, 7]
    assert said("int", "float", math.inf, math.nan, 12.7, 1e30, -0.0) == [None] * 4 + [0]
    assert said("int", "int", 2**64 - 1, 2**53, 2**53 + 1) == [None, 2**53, None]


def test_a_number_that_is_not_finite_is_none() -> None:
    for name in ("float", "angle", "fraction", "unswap", "mass", "thousand", "tenth", "percent"):
        assert said(name, "text", "nan", "inf", "-inf", "1e999") == [None] * 4
        assert said(name, "float", math.nan, math.inf, -math.inf) == [None] * 3
    assert said("thousand", "float", 1e308) == [None]


SET: tuple[tuple[Kind, Any], ...] = (
    ("binary", b"\x01"), ("binary", b"1"), ("binary", 1), ("int", 1), ("int", True), ("text", "true"),
    ("text", "TRUE"), ("text", "1"), ("text", "\x01"), ("text", b"\x01"), ("float", 1.0), ("text", "Yes"),
    ("decimal", "1"), ("int", "true"), ("binary", True), ("decimal", Decimal(1)),
)  # fmt: skip
CLEAR: tuple[tuple[Kind, Any], ...] = (
    ("binary", b"\x00"), ("binary", b"0"), ("binary", 0), ("int", 0), ("int", False), ("text", "false"),
    ("text", "0"), ("text", b"\x00"), ("float", 0.0), ("text", "N"), ("decimal", "0"), ("int", "false"),
)  # fmt: skip
FLAGS = {
    "flag": (True, False), "any_flag": (True, False), "trigger": ("automatic", "user"),
    "success": ("succeeded", "failed"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FLAGS))
def test_a_flag_is_read_in_every_spelling_of_a_driver(name: str) -> None:
    for kind, value in SET:
        assert said(name, kind, value, None) == [FLAGS[name][0], None], (kind, value)
    for kind, value in CLEAR:
        assert said(name, kind, value, None) == [FLAGS[name][1], None], (kind, value)


def test_times_of_a_driver_are_texts() -> None:
    told = [datetime(2024, 1, 2), date(2024, 1, 2), time(1, 2), timedelta(days=2)]
    assert said("text", "text", *told) == [str(item) for item in told]
