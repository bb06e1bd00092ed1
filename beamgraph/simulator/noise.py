"""Which defects occur how often."""

from dataclasses import dataclass
from functools import cache
from random import Random

from ontologies.tables import read_table

LEVELS = (0, 1, 2)


@cache
def rates(level: int) -> dict[str, float]:
    """The rate of every knob at a level, as `noise.tsv` has them."""
    rows = read_table("beamgraph.simulator", "noise.tsv")
    return {row["knob"]: float(row[f"level{level}"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Noise:
    """Throws the dice for defects; of a source of chance of its own, so that what happens in
    the laboratory is the same at every level."""

    level: int
    dice: Random

    def hits(self, knob: str) -> bool:
        """Whether the defect occurs this time."""
        return self.dice.random() < rates(self.level)[knob]
