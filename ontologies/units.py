"""Units as sources spell them, and how they convert within their dimension."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Unit:
    """One spelling of a unit: value × factor + offset is in the base unit of its dimension."""

    spelling: str
    dimension: str
    factor: float
    offset: float


@cache
def units() -> Mapping[str, Unit]:
    """Every known spelling."""
    return {
        row["spelling"]: Unit(
            row["spelling"], row["dimension"], float(row["factor"]), float(row["offset"])
        )
        for row in read_table("ontologies", "units.tsv")
    }
