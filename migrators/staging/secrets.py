"""Columns that stay at the source: secrets, and personal data that nobody needs."""

import re
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that never enters a snapshot, and why."""

    table: str
    column: str
    why: str


SECRET = re.compile(r"(^|_)(pass(word|wd)?|secret|token|api_?key)$", re.IGNORECASE)
"""A column of such a name stays at the source, though nobody has decided about it."""


def why_withheld(table: str, column: str) -> str | None:
    """Why a column never enters a snapshot; None where it does."""
    known = left_out().get((table.lower(), column.lower()))
    if known is not None:
        return known.why
    return "its name says that it is secret" if SECRET.search(column) else None


@cache
def left_out() -> dict[tuple[str, str], LeftOut]:
    """Every such column by table and column, both in lower case."""
    rows = [LeftOut(**row) for row in read_table("migrators.staging", "secrets.tsv")]
    return {(item.table.lower(), item.column.lower()): item for item in rows}
