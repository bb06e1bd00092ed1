"""Columns that stay at the source: secrets, and personal data that nobody needs."""

from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that never enters a snapshot, and why."""

    table: str
    column: str
    why: str


@cache
def left_out() -> dict[tuple[str, str], LeftOut]:
    """Every such column by table and column, both in lower case."""
    rows = [LeftOut(**row) for row in read_table("migrators.staging", "secrets.tsv")]
    return {(item.table.lower(), item.column.lower()): item for item in rows}
