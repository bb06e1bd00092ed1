"""What a match by each rule is worth, read from a table that people edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of recognising that two records are one thing."""

    name: str
    label: str
    score: float
    compares: str


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its name."""
    return {
        row["rule"]: Rule(row["rule"], row["label"], float(row["score"]), row["compares"])
        for row in read_table("migrators.identity", "rules.tsv")
    }
