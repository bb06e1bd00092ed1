"""How good a result is: statistics of shells, in the words of ISPyB and of ICAT."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

SHELLS = (("overall", "overall"), ("innerShell", "inner"), ("outerShell", "outer"))
CELL = ("cell_a", "cell_b", "cell_c", "cell_alpha", "cell_beta", "cell_gamma")


@dataclass(frozen=True, slots=True)
class Quality:
    """Resolution limits in Å, merging R as a fraction, completeness in per cent, refined cell."""

    low: float
    high: float
    merge: float
    completeness: float
    multiplicity: float
    half: float
    cell: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """The statistics of one shell of resolution."""

    name: str
    icat: str
    low: float
    high: float
    merge: float
    completeness: float
    multiplicity: float
    signal: float
    half: float
    cc_anomalous: float
    observed: int
    unique: int

    def ispyb(self) -> dict[str, Any]:
        """As columns of AutoProcScalingStatistics."""
        return {
            "scalingStatisticsType": self.name, "resolutionLimitLow": self.low,
            "resolutionLimitHigh": self.high, "rMerge": self.merge,
            "rMeasAllIPlusIMinus": round(self.merge * 1.1, 4),
            "rPimAllIPlusIMinus": round(self.merge * 0.4, 4), "completeness": self.completeness,
            "multiplicity": self.multiplicity, "meanIOverSigI": self.signal,
            "ccHalf": self.half, "nTotalObservations": self.observed,
            "nTotalUniqueObservations": self.unique,
        }  # fmt: skip


def quality(edge: float, cell: Sequence[float], chance: Random) -> Quality:
    """A result of typical quality for a resolution at the detector's edge."""
    high = round(edge * chance.uniform(1.0, 1.35), 2)
    refined = tuple(
        round(value * (1 + chance.gauss(0, 0.002)), 3) if value != 90.0 else value for value in cell
    )
    return Quality(
        round(chance.uniform(40, 60), 2),
        high,
        round(chance.uniform(0.04, 0.14), 4),
        round(chance.uniform(93, 100), 1),
        round(chance.uniform(3.2, 13.4), 1),
        round(chance.uniform(0.985, 0.9995), 4),
        refined,
    )


def shells(good: Quality) -> Iterator[Shell]:
    """The three shells of a result."""
    volume = good.cell[0] * good.cell[1] * good.cell[2]
    unique = int(volume / good.high**3 / 2) + 100
    for (name, icat), part in zip(SHELLS, (1.0, 0.05, 0.08), strict=True):
        outer = name == "outerShell"
        merge = good.merge * {"overall": 1.0, "innerShell": 0.5, "outerShell": 9.0}[name]
        yield Shell(
            name,
            icat,
            round(good.high * 1.04, 2) if outer else good.low,
            round(good.high * 4, 2) if name == "innerShell" else good.high,
            round(merge, 4),
            good.completeness,
            good.multiplicity,
            round(1.8 if outer else 12 * (1 - good.merge), 1),
            round(good.half * (0.6 if outer else 1), 4),
            0.12,
            int(unique * part * good.multiplicity),
            int(unique * part),
        )


def icat_values(good: Quality, group: str) -> dict[str, Any]:
    """The same as parameters of a processed dataset."""
    values: dict[str, Any] = {
        f"MXAutoprocIntegration_{name}": value for name, value in zip(CELL, good.cell, strict=True)
    }
    values["MXAutoprocIntegration_space_group"] = group
    for shell in shells(good):
        head = f"MXAutoprocIntegrationScaling_{shell.icat}_"
        values |= {
            f"{head}resolution_limit_low": shell.low,
            f"{head}resolution_limit_high": shell.high,
            f"{head}r_merge": shell.merge,
            f"{head}completeness": shell.completeness,
            f"{head}multiplicity": shell.multiplicity,
            f"{head}mean_I_over_sigI": shell.signal,
            f"{head}cc_half": shell.half,
        }
    return values
