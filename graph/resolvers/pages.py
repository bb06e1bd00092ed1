"""Pages by keyset: a cursor is the stored order key with the name of its order."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graph.model import Label
from graph.problem import Problem
from graph.resolvers.binding import Given, Parameters, plain

DEFAULT_SIZE = 20
MAX_SIZE = 1000
TOP = "~"
"""Sorts after every order key."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which stretch of an order is asked for.

    `forward` pages are cut behind their last item, backward ones before their first;
    `limit`, one more than the page holds, `after` and `before` are references to parameters;
    the last two may be empty.
    """

    order: str
    key: str
    descending: bool
    forward: bool
    limit: str
    after: str
    before: str

    @property
    def ascending_scan(self) -> bool:
        """Whether the index is read upwards to find the items of the page."""
        return self.forward != self.descending

    def bounds(self, variable: str) -> str:
        """The keyset predicate; it always names the key, so that an index can serve."""
        place = f"{variable}.{self.key}"
        behind, ahead = ("<", ">") if self.descending else (">", "<")
        parts = []
        if self.after:
            parts.append(f"{place} {behind} {self.after}")
        if self.before:
            parts.append(f"{place} {ahead} {self.before}")
        if not parts:
            parts.append(f"{place} > ''" if self.ascending_scan else f"{place} < '{TOP}'")
        return " AND ".join(parts)

    def outside(self, variable: str) -> str:
        """What lies on the side from which the page was entered; empty for its own end."""
        place = f"{variable}.{self.key}"
        if self.forward and self.after:
            return f"{place} {'>=' if self.descending else '<='} {self.after}"
        if not self.forward and self.before:
            return f"{place} {'<=' if self.descending else '>='} {self.before}"
        return ""

    def order_by(self, variable: str) -> str:
        """The order in which the items are found."""
        return f"{variable}.{self.key}{'' if self.ascending_scan else ' DESC'}"


def page_of(label: Label, arguments: Mapping[str, Given], parameters: Parameters) -> Page:
    """The page that the arguments of a connection ask for.

    Raises
    ------
    Problem
        Where sizes or cursors make no sense, saying what would.
    """
    first, last = arguments.get("first"), arguments.get("last")
    forward = parameters.null(last)
    if not forward and not parameters.null(first):
        raise Problem("first and last were both given", todo="give one of them")
    size = first if forward else last
    limit = partial(_limit, "first" if forward else "last")
    reference_to_limit = parameters.add(DEFAULT_SIZE if parameters.null(size) else size, limit)
    order = _order(arguments.get("orderBy"), parameters)
    name, _, way = order.partition(" ")
    key = label.field(name).order_key

    def decode(cursor: Any) -> str:
        return decode_cursor(plain(cursor), f"{label.name} {order}")

    def reference(argument: str) -> str:
        cursor = arguments.get(argument)
        if parameters.null(cursor):
            return ""
        decode(cursor)
        return parameters.add(cursor, decode)

    return Page(
        f"{label.name} {order}", key, way == "desc", forward, reference_to_limit,
        reference("after"), reference("before"),
    )  # fmt: skip


def _order(given: Given | None, parameters: Parameters) -> str:
    value = parameters.fix(given)
    return "id asc" if value is None else str(getattr(value, "value", value))


def _limit(name: str, size: int) -> int:
    """One more than the page holds, to see whether there is more."""
    check_size(name, size)
    return size + 1


def check_size(name: str, size: int) -> None:
    """Refuse a page of a size that cannot be, or that is over the limit."""
    if size < 0:
        raise Problem(f"{name} is {size}", todo="ask for 0 or more")
    if size > MAX_SIZE:
        raise Problem(
            f"{name} is {size}, {size - MAX_SIZE} over the limit of {MAX_SIZE} a page",
            todo="ask for less and follow the cursors",
            code="LIMIT_EXCEEDED",
        )


def encode_cursor(order: str, key: str) -> str:
    """The cursor of an item in an order."""
    return base64.urlsafe_b64encode(f"{order}\n{key}".encode()).decode("ascii")


def decode_cursor(cursor: str, order: str) -> str:
    """The key in a cursor; it must be of the same order."""
    try:
        told, _, key = base64.urlsafe_b64decode(cursor.encode("ascii")).decode().partition("\n")
    except (ValueError, binascii.Error, UnicodeError):
        told, key = "", ""
    if told != order or not key:
        what = f"it is of the order {told!r}" if told and key else "it is none of ours"
        raise Problem(
            f"the cursor {cursor!r} does not fit the order {order!r}: {what}",
            todo="use a cursor of the same field and order",
        )
    return key
