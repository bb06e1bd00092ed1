"""How work that takes a while says what it is at."""

from collections.abc import Callable

Progress = Callable[[str, str, int], None]
"""Told of a stage (staging, mapping, identity, load), what it is at, and how far."""

Tell = Callable[[str], None]
"""Told the name of every table, label or kind of edge before it is made."""


def quiet(_: str) -> None:
    """Nobody is told."""
