"""The rows of a benchmark, as JSON and as a table for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

RARE = ("skipped", "megabytes", "parts")


@dataclass(frozen=True)
class Row:
    """One measurement; value, floor and peers share the unit.

    `ratio` is how many times better ours is than the first peer; `megabytes` what each contender
    needed at most, `parts` what a value consists of.
    """

    id: str
    engine: str | None
    value: float | None
    unit: str
    floor: float | None
    peers: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    scale: float | None = None
    skipped: str | None = None
    megabytes: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    more: dict[str, str | float] = field(default_factory=dict)
    """What only this benchmark tells; in JSON it stands beside the rest."""

    def as_json(self) -> dict[str, Any]:
        """For machines; what is rare only where there is any."""
        told = asdict(self)
        more = told.pop("more")
        return {name: value for name, value in told.items() if name not in RARE or value} | more


def skipped(name: str, engine: str | None, unit: str, why: str) -> Row:
    """A row that could not be measured."""
    return Row(name, engine, None, unit, None, skipped=why)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a Markdown table."""
    heads = ("id", "scale", "engine", "beamgraph", "bare wire", "peer", "unit")
    yield f"| {' | '.join(heads)} | times the peer | of the floor |"
    yield "| --- | ---: | --- | ---: | ---: | ---: | --- | ---: | ---: |"
    for row in rows:
        if row.skipped:
            yield f"| {row.id} | | {row.engine or ''} | skipped: {row.skipped} | | | | | |"
            continue
        peers = _listed(row.peers)
        of_floor = f"{row.value / row.floor:.2f}" if row.floor and row.value is not None else ""
        if row.megabytes:
            peers += f" (at most {_listed(row.megabytes)} MB)"
        if row.parts:
            peers = f"{_listed(row.parts)} {row.unit}"
        if row.more:
            peers += f" ({_listed(row.more)})"
        times = f"{row.ratio:.2f}" if row.ratio is not None else ""
        yield (
            f"| {row.id} | {row.scale or ''} | {row.engine or ''} | "
            f"{_shown(row.value)} | {_shown(row.floor)} | "
            f"{peers} | {row.unit} | {times} | {of_floor} |"
        )


def _listed(told: Mapping[str, str | float]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in told.items())


def _shown(value: str | float | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if 0 < value < 1:
        return f"{value:.4f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
