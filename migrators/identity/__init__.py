"""Which records are one thing, and what the graph should hold because of it."""

from migrators.identity.origin import Origin
from migrators.identity.resolve import resolve
from migrators.identity.wanted import Wanted

__all__ = ["Origin", "Wanted", "resolve"]
