"""What is in the sources, is kept as it stands, and cannot be quite true."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import duckdb

from migrators.identity import Wanted

SHOWN = 100
"""How many warnings of a kind are named; the others are counted."""

TIMES = """
SELECT id, {began} AS began, {ended} AS ended FROM ({nodes})"""

OLDER = """
WITH times AS ({times}), e AS ({edges})
SELECT g.from_id, u.to_id, g.to_id, count(*) OVER () AS several
FROM e g JOIN e u ON u.type = 'USED' AND u.from_id = g.to_id
JOIN times o ON o.id = g.from_id JOIN times i ON i.id = u.to_id
WHERE g.type = 'GENERATED_BY' AND o.ended < i.began
AND len(list_filter(g.by, lambda item: starts_with(item, ?))) > 0
ORDER BY ALL LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Warnings:
    """Things of one kind that cannot be quite true: how many, and the first of them."""

    what: str
    count: int
    examples: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return asdict(self)


def warnings_of(wanted: Wanted, source: str) -> list[Warnings]:
    """What to warn of in what one source says."""
    return [found for found in (_older(wanted, source),) if found.count]


def _older(wanted: Wanted, source: str) -> Warnings:
    """Outputs of a run that are older than what the run read."""
    what = "an output is older than its input"
    times = " UNION ALL ".join(_times(wanted))
    if not times:
        return Warnings(what, 0, ())
    with duckdb.connect() as db:
        query = OLDER.format(times=times, edges=wanted.edges_sql())
        rows = db.execute(query, [f"{source}:", SHOWN]).fetchall()
    told = tuple(f"{run}: {output} is older than {read}" for output, read, run, _ in rows)
    return Warnings(what, int(rows[0][3]) if rows else 0, told)


def _times(wanted: Wanted) -> Iterator[str]:
    """When things began and ended, of those labels that have files and times."""
    for label, begins, ends in (
        ("Dataset", ("startTime", "createdTime"), ("endTime", "createdTime")),
        ("File", ("createdTime",), ("createdTime",)),
    ):
        nodes = wanted.nodes_sql(label)
        if label in wanted.labels:
            with duckdb.connect() as db:
                told = db.execute(f"DESCRIBE {nodes}").fetchall()
            there = {str(row[0]) for row in told}
            began = [f'"{name}"' for name in begins if name in there]
            ended = [f'"{name}"' for name in ends if name in there]
            if began and ended:
                yield TIMES.format(
                    began=f"coalesce({', '.join(began)})",
                    ended=f"coalesce({', '.join(ended)})",
                    nodes=nodes,
                )
