"""What a client compares with, in the form in which it is stored."""

from math import isfinite
from typing import Any

from graph.problem import Problem
from graph.resolvers.binding import plain
from graph.values import nfc


def as_stored(value: Any) -> Any:
    """An operand of a filter, or a list of them: text in the one spelling, numbers finite."""
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    if isinstance(value, str):
        return nfc(plain(value))
    if isinstance(value, float) and not isfinite(value):
        raise Problem("a number of a filter is beyond what a Float can be", todo="give a less one")
    return plain(value)
