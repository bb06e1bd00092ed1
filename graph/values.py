"""How values are stored so that both engines order and compare them alike."""

import struct
from datetime import UTC, datetime
from typing import Any

from graph.model import PropertyType

END = "\x01"
"""Ends a text inside an order key: lower than every character of the text, so that
`a` comes before `a b`."""

ABSENT = "1"
PRESENT = "0"


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
    if value is None:
        return f"{ABSENT}|{identity}"
    return f"{PRESENT}{_ordered(kind, value)}|{identity}"


def _ordered(kind: PropertyType, value: Any) -> str:
    if kind in ("int", "long", "float"):
        return _ordered_number(float(value))
    if kind == "boolean":
        return "1" if value else "0"
    text = str(value).replace("\x00", " ").replace(END, " ")
    return f"{text}{END}"


def _ordered_number(value: float) -> str:
    """Sixteen hexadecimal digits that sort as the numbers do (IEEE 754, sign folded)."""
    value += 0.0  # -0.0 and 0.0 are one number
    bits = int(struct.unpack(">Q", struct.pack(">d", value))[0])
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    return f"{bits:016x}"
