"""Which of the served media types a client likes best, by its Accept header."""

import re
from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)

NAMED = (GRAPHQL, JSON, HTML)
"""Of types that a client names and likes alike, the first is taken."""

UNNAMED = (JSON, GRAPHQL)
"""Of types that only `*/*` or `application/*` allows; a page must be asked for by name."""


@lru_cache(maxsize=1_000)
def preferred(accept: str, served: tuple[str, ...]) -> str | None:
    """The type to answer with, or None where the client takes none of those served.

    A client that says nothing gets application/json, which every client reads.
    """
    ranges = _ranges(accept)
    if not ranges:
        return JSON
    liked: list[tuple[float, int, int, str]] = []
    for kind in served:
        weight, exactness = _weight(kind, ranges)
        order = NAMED if exactness else UNNAMED
        if weight > 0 and kind in order:
            liked.append((weight, exactness, -order.index(kind), kind))
    return max(liked)[-1] if liked else None


def _weight(kind: str, ranges: dict[str, float]) -> tuple[float, int]:
    """How much a type is liked, and whether it was named; the closest range decides."""
    if kind in ranges:
        return ranges[kind], 1
    group = f"{kind.partition('/')[0]}/*"
    return ranges.get(group, ranges.get("*/*", 0.0)), 0


def _ranges(accept: str) -> dict[str, float]:
    found = {}
    for item in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        if kind:
            weights = [match[1] for part in parameters if (match := WEIGHT.fullmatch(part))]
            found[kind] = float(weights[0]) if weights else 1.0
    return found
