"""The pairs that rules and persons joined or left apart, page by page, for persons to judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from graph.problem import Problem
from migrators.identity import Wanted
from migrators.identity.decisions import Decision, Verdict, standing
from migrators.identity.judged import PART, TABLE
from migrators.identity.otherwise import Link, Otherwise, Thing, otherwise
from migrators.staging.chain import scan

State = Literal["accepted", "candidate", "rejected", "conflicting"]
"""`conflicting` are pairs that are accepted though the records say different values."""

Key = tuple[str, str, str]
"""Label and both records: by which pages are cut."""

COLUMNS = "state, label, a, b, rule, score, compared, why, own_a, own_b, thing_a, thing_b"

CONFLICTING = """
SELECT j.* REPLACE ('conflicting' AS state, string_agg(
  x.property || ': ' || x.value || ' ≠ ' || y.value, '; ' ORDER BY x.property) AS why)
FROM {rows} j
JOIN {conflicts} x ON x.label = j.label AND x.record = j.a
JOIN {conflicts} y ON y.label = j.label AND y.record = j.b AND y.property = x.property
  AND y.thing = x.thing AND lower(y.value) <> lower(x.value)
WHERE j.state = 'accepted' GROUP BY ALL"""

LINKS = f"""
SELECT thing_a, a, b, rule, score, own_a, own_b FROM {{rows}}
WHERE state = 'accepted' AND why <> '{PART}' AND list_contains($things, thing_a)"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, what came of them, by what and why; and what the other verdict would do.

    `thing_a` and `thing_b` are what the two describe now.
    """

    state: str
    label: str
    a: str
    b: str
    rule: str
    score: float
    compared: str
    why: str
    thing_a: str
    thing_b: str
    otherwise: Otherwise

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)

    def key(self) -> Key:
        """Where it stands in the order."""
        return self.label, self.a, self.b


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pairs are asked for: of a state, and where given of a label or about a record.

    `record` may be that of either side, or the thing that one of them describes.
    """

    state: State
    label: str | None = None
    record: str | None = None


@contextmanager
def _reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session that reads what a run kept.

    Raises
    ------
    Problem
        Where an earlier version kept it, or a run has just put another in its place.
    """
    try:
        with duckdb.connect() as db:
            yield db
    except (duckdb.BinderException, duckdb.IOException) as error:
        raise Problem(
            "the pairs are of an earlier version, or of a run that another has replaced",
            todo="try again; if that does not help, run beamgraph migrate once more",
        ) from error


class Pairs:
    """The pairs of what the graph should hold at present.

    Parameters
    ----------
    conflicts
        The file of disagreements, needed where pairs in conflict are asked for.
    """

    def __init__(
        self, wanted: Wanted, decisions: Sequence[Decision], conflicts: Path | None = None
    ) -> None:
        files = wanted.chain.files(wanted.chain.last, TABLE) if wanted.chain.generations else []
        self._rows = scan(files) if files else None
        self._sources = list(wanted.chain.told.get("sources", {}))
        self._decisions = standing(decisions)
        self._conflicts = conflicts

    def page(self, asked: Asked, limit: int, after: Key | None = None) -> list[Pair]:
        """Some of them, in the order of label and records, behind a key."""
        if self._rows is None:
            return []
        query, parameters = self._asked(asked)
        if after is not None:
            query += " AND (label, a, b) > ($l, $x, $y)"
            parameters |= dict(zip("lxy", after, strict=True))
        query = f"SELECT {COLUMNS} {query} ORDER BY label, a, b LIMIT $limit"
        with _reading() as db:
            rows = db.execute(query, {**parameters, "limit": limit}).fetchall()
            things = sorted({thing for row in rows for thing in row[10:12] if thing})
            found = db.execute(LINKS.format(rows=self._rows), {"things": things}).fetchall()
        links: dict[str, list[Link]] = {}
        for thing, *told in found:
            links.setdefault(thing, []).append(Link(*told))
        return [self._pair(row, links) for row in rows]

    def total(self, asked: Asked) -> int:
        """How many there are in all."""
        if self._rows is None:
            return 0
        query, parameters = self._asked(asked)
        with _reading() as db:
            found: Sequence[Any] = db.execute(f"SELECT count(*) {query}", parameters).fetchall()
        return int(found[0][0])

    def _asked(self, asked: Asked) -> tuple[str, dict[str, Any]]:
        rows = f"FROM {self._rows} WHERE state = '{asked.state}'"
        if asked.state == "conflicting":
            if self._conflicts is None:
                return f"FROM {self._rows} WHERE false", {}
            rows = CONFLICTING.format(rows=self._rows, conflicts=scan([self._conflicts]))
            rows = f"FROM ({rows}) WHERE true"
        parameters = {}
        if asked.label is not None:
            rows += " AND label = $label"
            parameters["label"] = asked.label
        if asked.record is not None:
            rows += " AND $record IN (a, b, thing_a, thing_b)"
            parameters["record"] = asked.record
        return rows, parameters

    def _pair(self, row: Sequence[Any], links: dict[str, list[Link]]) -> Pair:
        state, label, a, b, rule, score, compared, why, own_a, own_b, thing_a, thing_b = row
        one = Link(a, b, rule, score or 0.0, own_a, own_b)
        if why == PART:
            parts = tuple(Thing(thing, (record,)) for thing, record in ((thing_a, a), (thing_b, b)))
            other = Otherwise("different", parts)
        else:
            joined = state in ("accepted", "conflicting")
            verdict: Verdict = "different" if joined else "same"
            mine = {thing: links.get(thing, []) for thing in (thing_a, thing_b)}
            told = [link for found in mine.values() for link in found]
            other = otherwise(label, one, verdict, told, self._decisions, self._rank)
        return Pair(
            state, label, a, b, rule, score or 0.0, compared or "", why or "", thing_a, thing_b,
            other,
        )  # fmt: skip

    def _rank(self, thing: str) -> tuple[int, str, int, str]:
        """Sources in their rank, then tables, then keys: numbers as numbers and before texts."""
        _, source, table, key = thing.split(":", 3)
        place = self._sources.index(source) if source in self._sources else len(self._sources)
        number = int(key) if key.lstrip("-").isdigit() else 2**63 - 1
        return place, table, number, key
