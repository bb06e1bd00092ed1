"""Order keys order as the values do, whatever they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.values import instant_text, order_key

EDGES = "\x02a\x7f\x80\ud7fd\ud7fe\ud7ff\ue000\ufffd\uffff\U00010000\U0001d4b3\U0010ffff"
characters = st.characters(min_codepoint=2, codec="utf-8") | st.sampled_from(EDGES)
texts = st.text(characters, max_size=12)
numbers = st.floats(allow_nan=False) | st.integers(-(2**53), 2**53).map(float)


@given(texts, texts)
def test_texts_order_as_their_characters_do(a: str, b: str) -> None:
    assert (order_key("string", a, "x") < order_key("string", b, "x")) == (a < b)


@given(st.lists(texts, min_size=2), texts)
def test_keys_have_one_order_whoever_sorts_them(values: list[str], identity: str) -> None:
    """By code points as Python does, by UTF-16 as Java does, by bytes as an index does."""
    keys = [order_key("string", value, identity + value) for value in values]
    for encoding in ("utf-16-be", "utf-8"):
        assert sorted(keys) == sorted(keys, key=lambda key, e=encoding: key.encode(e))  # type: ignore[misc]


@given(numbers, numbers)
def test_numbers_order_as_numbers(a: float, b: float) -> None:
    assert (order_key("float", a, "x") < order_key("float", b, "x")) == (a < b)


@given(texts, texts, st.sampled_from(["string", "boolean"]))
def test_absent_comes_after_everything_and_ties_go_by_id(text: str, other: str, kind: str) -> None:
    assert order_key(kind, text, "z") < order_key(kind, None, "a")  # type: ignore[arg-type]
    assert (order_key("string", text, text) < order_key("string", text, other)) == (text < other)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_instants_have_one_width_and_sort_as_text(a: datetime, b: datetime) -> None:
    assert len(instant_text(a)) == 24
    if instant_text(a) < instant_text(b):
        assert a < b


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2026, 11, 23))
