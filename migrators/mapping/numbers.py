"""Numbers of any column, of any driver: a finite one in its range, or none. Nothing here can raise.

A statement goes over a whole table, so one value that cannot be cast would end the migration.
"""

import sys

import ibis
from ibis.expr.types import Value

from graph.model import PropertyType
from graph.values import RANGES

GREATEST = sys.float_info.max
LONGEST = int(RANGES["long"][1])
"""The greatest whole number that a property can be: what a double holds exactly."""

PLAIN = r"^[\s0-9.eE+-]+$"
"""Only letters of a decimal number: engines also read `1_000`, `nan` and `1d`, not all the same."""

DIGITS = r"^\s*[+-]?[0-9]{1,18}\s*$"
YES, NO = ("true", "t", "yes", "y", "on", "\x01"), ("false", "f", "no", "n", "off", "\x00")
SET, CLEAR = r"^(00)*(01|31)$", r"^(00)*(00|30)$"
"""Bytes as hexadecimal digits: a bit as MariaDB's driver gives it, or its digit as text."""


@ibis.udf.scalar.builtin(name="hex")
def hexadecimal(value: bytes) -> str:  # type: ignore[empty-body]
    """Bytes as hexadecimal digits, as DuckDB and Spark both call it."""


def finite(value: Value) -> Value:
    """A floating number that is one: neither infinite nor NaN, which sorts behind all others."""
    return (value.abs() <= GREATEST).ifelse(value, ibis.null("float64"))


def number(value: Value) -> Value:
    """Any column as a finite number; null where it is none."""
    kind = value.type()
    if kind.is_integer() or kind.is_boolean():
        return value.cast("float64")
    if kind.is_numeric():
        return finite(value.cast("float64"))
    text = value.cast("string")
    return finite(text.re_search(PLAIN).ifelse(text, ibis.null("string")).try_cast("float64"))


def whole(value: Value) -> Value:
    """Any column as a whole number that a `long` can be; null where it is none."""
    kind = value.type()
    if kind.is_integer() or kind.is_boolean():
        return bounded(value, "long")
    if kind.is_decimal():
        return bounded((value == value.floor()).ifelse(value, ibis.null(kind)), "long")
    if kind.is_floating():
        return _integral(finite(value.cast("float64")), LONGEST)
    text = value.cast("string")
    exact = text.re_search(DIGITS).ifelse(text.strip(), ibis.null("string")).try_cast("int64")
    # A text with a point or an exponent is read as a double: at the limit that is rounded.
    spelled = _integral(number(value), LONGEST - 1)
    return ibis.coalesce(bounded(exact, "long"), exact.isnull().ifelse(spelled, None))


def _integral(value: Value, limit: int) -> Value:
    fits = (value.abs() <= limit) & (value == value.round(0))
    return fits.ifelse(value, ibis.null("float64")).cast("int64")


def bounded(value: Value, kind: PropertyType) -> Value:
    """A number in the range of a property's type; null where it is beyond, or not finite."""
    low, high = RANGES[kind]
    kept = value.between(low, high).ifelse(value, ibis.null(value.type()))
    return kept.cast("int64") if kind in ("int", "long") else kept


def in_range(value: Value, kind: PropertyType) -> Value:
    """A value as a property of that type may have it: a number beyond its range is none."""
    return bounded(value, kind) if kind in RANGES else value


def digit(value: Value) -> Value:
    """A flag as a number, however a driver spells it: bits, words, numbers."""
    if value.type().is_binary():
        bits = hexadecimal(value)
        return ibis.cases((bits.re_search(SET), 1), (bits.re_search(CLEAR), 0), else_=None)
    if not value.type().is_string():
        return whole(value)
    word = value.strip().lower()
    told = ibis.cases((word.isin(YES), 1), (word.isin(NO), 0), else_=None)
    return ibis.coalesce(whole(value), told)
