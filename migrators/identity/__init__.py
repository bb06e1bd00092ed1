"""Which records are one thing, and what the graph should hold because of it."""

from migrators.identity.wanted import Wanted, resolve

__all__ = ["Wanted", "resolve"]
