"""How values are stored so that both engines order and compare them alike."""

import struct
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from graph.model import PropertyType

END = "\x01"
"""Ends a text inside an order key: lower than every character of the text, so that
`a` comes before `a b`."""

ABSENT = "1"
PRESENT = "0"

ESCAPE = "\ud7fe"
"""Stands in an order key before the six hexadecimal digits of a character from here on.

UTF-16 puts what lies beyond U+FFFF before U+E000, UTF-8 and code points put it behind. A key
without any such character has one order on both engines, in Python and in DuckDB.
"""

KEYS = 2
"""Which form the order keys have. It is part of every node's hash, so the first run of a newer
form writes all keys anew."""

RANGES: Mapping[PropertyType, tuple[float, float]] = {
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**53), 2**53),
    "float": (-sys.float_info.max, sys.float_info.max),
}
"""The least and the greatest number of each type: stored, answered and taken by filters alike.

An `int` is the Int of GraphQL. A `long` is what a double, and so a client's JSON, holds exactly.
"""


def in_range(kind: PropertyType, value: float) -> bool:
    """Whether a number can be one of a type; one that is not finite never can."""
    low, high = RANGES[kind]
    return low <= value <= high


def nfc(text: str) -> str:
    """The one spelling in which text is stored and looked for (Unicode form NFC)."""
    return unicodedata.normalize("NFC", text)


def instant_text(moment: datetime) -> str:
    """An instant as fixed-width text in UTC, `2026-11-23T20:35:02.000Z`.

    The text sorts and compares as the instant does on both engines; a driver's
    datetime does not (reference: engines, section 5).
    """
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    moment = moment.astimezone(UTC)
    text = moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text}Z"


def order_key(kind: PropertyType, value: Any, identity: str) -> str:
    """The stored text that puts nodes in the order of a field.

    Present values come first, in their order; absent ones after them; equal ones
    by id. It is never null, so one range index serves every page.
    """
    identity = sortable(identity)
    if value is None:
        return f"{ABSENT}|{identity}"
    return f"{PRESENT}{_ordered(kind, value)}|{identity}"


def sortable(text: str) -> str:
    """A text whose order is that of its characters, whoever sorts it."""
    if text.isascii():
        return text
    return "".join(c if c < ESCAPE else f"{ESCAPE}{ord(c):06x}" for c in text)


def _ordered(kind: PropertyType, value: Any) -> str:
    if kind in ("int", "long", "float"):
        return _ordered_number(float(value))
    if kind == "boolean":
        return "1" if value else "0"
    text = str(value).replace("\x00", " ").replace(END, " ")
    return f"{sortable(text)}{END}"


def _ordered_number(value: float) -> str:
    """Sixteen hexadecimal digits that sort as the numbers do (IEEE 754, sign folded)."""
    value += 0.0  # -0.0 and 0.0 are one number
    bits = int(struct.unpack(">Q", struct.pack(">d", value))[0])
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    return f"{bits:016x}"
