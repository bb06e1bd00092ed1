"""One spelling of each text, and ids that sort alike wherever they are sorted.

A source's own bytes stay in its snapshot and in the row of a record. What is stored of a thing,
what it is recognised by and what its id is made of is in Unicode's form NFC: "Müller" typed with a
combining mark is the same name.
"""

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import StringValue, Value

from graph.model import PropertyType
from graph.values import RANGES
from migrators.mapping.numbers import bounded

HIGH = r"[\x{D7FE}\x{D7FF}\x{E000}-\x{10FFFF}]"
"""Characters that UTF-16 and UTF-8 put in different orders, and what stands for them in a key."""

EACH = "nfc_normalize_each"
EACH_ON_DUCKDB = (
    f"CREATE OR REPLACE MACRO {EACH}(texts) AS list_transform(texts, lambda t: nfc_normalize(t))"
)
"""A function that no engine has, so each is told it."""

KEPT_BY_URL = {"*": "%2A", "~": "%7E", "+": "%20"}
"""What one engine encodes and the other does not; Spark writes a space as `+`."""


@ibis.udf.scalar.builtin(name="nfc_normalize", signature=((dt.string,), dt.string))
def _nfc(value: str) -> str:  # type: ignore[empty-body]
    """Unicode's form NFC, as DuckDB calls it."""


@ibis.udf.scalar.builtin(name=EACH, signature=((dt.Array(dt.string),), dt.Array(dt.string)))
def _each(values: list[str]) -> list[str]:  # type: ignore[empty-body]
    """The same of each text of a list: Spark calls no function of Python's in a lambda."""


@ibis.udf.scalar.builtin(name="bit_length", signature=((dt.string,), dt.int64))
def _bits(value: str) -> int:  # type: ignore[empty-body]
    """How many bits a text takes."""


@ibis.udf.scalar.builtin(name="url_encode", signature=((dt.string,), dt.string))
def _url_encode(value: str) -> str:  # type: ignore[empty-body]
    """Percent-encoding."""


def nfc(value: Value) -> StringValue:
    """Text in the spelling in which it is stored."""
    return _nfc(value.cast("string"))


def name_in_id(text: StringValue) -> StringValue:
    """A name as part of an id: in one spelling, percent-encoded where orders would differ."""
    known = nfc(text)
    strange = known.re_search(HIGH).ifelse(percent(known), known)
    return _is_ascii(text).ifelse(text, strange)


def key_in_id(text: StringValue, plain: StringValue) -> StringValue:
    """A key as part of an id: two spellings of a name are two keys, so another one is encoded."""
    strange = text.re_search(HIGH) | (nfc(plain) != plain)
    return _is_ascii(text).ifelse(plain, strange.ifelse(percent(text), plain))


def percent(text: StringValue) -> StringValue:
    """A text percent-encoded whole."""
    known: StringValue = _url_encode(text)
    for character, code in KEPT_BY_URL.items():
        known = known.replace(character, code)
    return known


def _is_ascii(text: StringValue) -> Value:
    return _bits(text) == text.length() * 8


def stored(value: Value, kind: PropertyType, arrow: str) -> Value:
    """A value as it is stored: text in one spelling, a number where it is in the range of its type.

    A number outside of it is none: it could be neither answered nor looked for.
    """
    if kind in RANGES:
        return bounded(value, kind).cast(arrow)
    if kind == "strings":
        return _each(value.cast(arrow))
    return nfc(value) if kind in ("string", "json") else value.cast(arrow)
