"""Every entity that the compiler matches passes through one function.

Until access is built it admits everybody to everything, and the server listens on
loopback only. The tests also run it with a predicate that hides half of the graph.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `kind` is the class of caller that plans are cached by."""

    kind: str


Everybody = Caller("everybody")

Predicate = str
"""Cypher over one variable; empty where everything may be seen."""

Visible = Callable[[str, str, Caller], Predicate]
"""Takes a variable, its label and the caller."""


def everybody(variable: str, label: str, caller: Caller) -> Predicate:
    """Admit all."""
    _ = variable, label, caller
    return ""
