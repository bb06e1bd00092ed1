"""Which things a change touches, so that no others are made anew."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from graph.model import Model
from graph.values import KEYS
from migrators.identity.decisions import Decision, standing
from migrators.identity.origin import Origin
from migrators.identity.wanted import Wanted
from migrators.mapping.mapped import all_of
from migrators.staging.chain import scan

MANY = 0.2
"""Where more than this share of the rows is to be looked at, everything is made anew."""

GENERATIONS = 12
"""So many, and everything is made anew: what is read must not grow with the days."""

OLD_DESCRIBED = """
CREATE OR REPLACE TEMP TABLE old_described AS
SELECT from_id AS record, to_label AS label, to_id AS entity, rule, score, compared, decision
FROM ({edges})
WHERE type = 'DESCRIBES'"""

MOVED = """
CREATE OR REPLACE TEMP TABLE {name} AS SELECT a.* FROM {one} a ANTI JOIN {other} b
ON a.record = b.record AND a.label = b.label AND a.entity = b.entity AND a.rule = b.rule
AND a.score IS NOT DISTINCT FROM b.score AND a.compared IS NOT DISTINCT FROM b.compared
AND a.decision IS NOT DISTINCT FROM b.decision"""

PARTS = """
CREATE OR REPLACE TEMP TABLE moved_parts AS
(SELECT * FROM parts EXCEPT SELECT * FROM {old})
UNION (SELECT * FROM {old} EXCEPT SELECT * FROM parts)"""

TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT label, entity AS id FROM described SEMI JOIN void USING (record) UNION
SELECT label, entity FROM old_described SEMI JOIN void USING (record) UNION
SELECT label, entity FROM came UNION SELECT label, entity FROM went UNION
SELECT label, entity FROM (FROM described UNION ALL BY NAME FROM old_described)
SEMI JOIN (SELECT part AS record FROM moved_parts UNION SELECT whole FROM moved_parts)
USING (record) WHERE label = 'Dataset'"""

STARTS = """
CREATE OR REPLACE TEMP TABLE starts AS
WITH moved AS (SELECT record FROM came UNION SELECT record FROM went), sf AS (
  SELECT from_record AS record, from_label AS label FROM said_edges WHERE "by" IN (FROM void) UNION
  SELECT from_record, from_label FROM old_edges WHERE "by" IN (FROM void) UNION
  SELECT from_record, from_label FROM said_edges WHERE from_record IN (FROM moved) UNION
  SELECT from_record, from_label FROM said_edges WHERE to_record IN (FROM moved) UNION
  SELECT part, 'Dataset' FROM moved_parts UNION
  SELECT part, 'Dataset' FROM parts WHERE part IN (FROM moved) OR whole IN (FROM moved) UNION
  SELECT record, label FROM came UNION SELECT record, label FROM went
)
SELECT label, entity AS id FROM described SEMI JOIN sf USING (record, label) UNION
SELECT label, entity FROM old_described SEMI JOIN sf USING (record, label)"""

RECORDS = """
CREATE OR REPLACE TEMP TABLE touched_records AS
SELECT record AS id FROM void UNION
SELECT owner FROM said_folds SEMI JOIN void USING (record) UNION
SELECT owner FROM old_folds SEMI JOIN void USING (record)"""


def told_of(
    origins: Sequence[Origin], model: Model, decisions: Sequence[Decision]
) -> dict[str, Any]:
    """What is noted beside a generation: what it was made of, and how."""
    sources = {origin.name: origin.mapped.chain.last for origin in origins}
    said = [item.id for item in standing(decisions)]
    return {"version": _version(origins, model), "sources": sources, "decisions": said}


def _version(origins: Sequence[Origin], model: Model) -> str:
    """A name for everything beside the records that decides what the graph should hold."""
    digest = hashlib.blake2b(f"{KEYS} {model!r}".encode(), digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.*")):
        digest.update(path.read_bytes())
    for origin in origins:
        told = (origin.name, origin.system, origin.facility, origin.mapped.chain.told["rules"])
        digest.update(repr(told).encode())
    return digest.hexdigest()


class Scope:
    """What is to be made: everything, or what changed since the last generation.

    Needs the tables `described` and `parts`, and the views `said_*`.
    """

    def __init__(
        self, backend: Any, old: Wanted, origins: Sequence[Origin], told: dict[str, Any]
    ) -> None:
        self._db = backend
        same = old.chain.told.get("version") == told["version"]
        self.whole = not (same and self._narrow(old, origins))
        self.records = None if self.whole else "touched_records"
        self.old_edges = (
            "type NOT IN ('DESCRIBES', 'SUBCLASS_OF')"
            if self.whole
            else "type NOT IN ('DESCRIBES', 'SUBCLASS_OF') "
            "AND (from_label, from_id) IN (SELECT label, id FROM starts)"
        )
        self.old_describing = (
            "type = 'DESCRIBES'"
            if self.whole
            else "type = 'DESCRIBES' AND (from_id, to_label, to_id) IN "
            "(SELECT record, label, entity FROM came UNION SELECT record, label, entity FROM went)"
        )

    def _narrow(self, old: Wanted, origins: Sequence[Origin]) -> bool:
        """Find what changed; false where that is not known, or is much."""
        seen: dict[str, int] = old.chain.told.get("sources", {})
        if len(old.chain.generations) >= GENERATIONS or set(seen) != {o.name for o in origins}:
            return False
        since = [origin.mapped.since(seen[origin.name]) for origin in origins]
        if None in since:
            return False
        void = " UNION ".join(f"({text})" for text in since)
        self._db.raw_sql(f"CREATE OR REPLACE TEMP TABLE void AS {void}")
        whole = self._count("said_records") + self._count("said_folds")
        if self._count("void") > MANY * whole:
            return False
        older = [origin.mapped.upto(seen[origin.name]) for origin in origins]
        for name in ("edges", "folds"):
            self._db.raw_sql(f"CREATE OR REPLACE TEMP VIEW old_{name} AS {all_of(older, name)}")
        self._db.raw_sql(OLD_DESCRIBED.format(edges=old.edges_sql()))
        self._db.raw_sql(MOVED.format(name="came", one="described", other="old_described"))
        self._db.raw_sql(MOVED.format(name="went", one="old_described", other="described"))
        parts = old.chain.place(old.chain.last) / "parts.parquet"
        self._db.raw_sql(PARTS.format(old=scan([parts])))
        for statement in (TOUCHED, STARTS, RECORDS):
            self._db.raw_sql(statement)
        return True

    def _count(self, table: str) -> int:
        return int(self._db.raw_sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def described(self, label: str) -> str:
        """A table of the records of the things of a label that are to be made."""
        if self.whole:
            return "described"
        name = f"described_{label}"
        self._db.raw_sql(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT d.* FROM described d SEMI JOIN "
            f"touched t ON t.label = d.label AND t.id = d.entity WHERE d.label = '{label}'"
        )
        return name

    def entities(self, label: str) -> str | None:
        """A table of the ids of a label that are looked at; None where all are."""
        if self.whole:
            return None
        name = f"touched_{label}"
        self._db.raw_sql(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT id FROM touched WHERE label = '{label}'"
        )
        return name

    def said(self, said: Table) -> Table:
        """The links between records from which edges are made anew."""
        if self.whole:
            return said
        described, starts = self._db.table("described"), self._db.table("starts")
        mine = described.semi_join(
            starts, [described.label == starts.label, described.entity == starts.id]
        )
        return said.semi_join(
            mine, [said.from_record == mine.record, said.from_label == mine.label]
        )

    @property
    def redescribed(self) -> Table:
        """The descriptions that are to be written."""
        return self._db.table("described" if self.whole else "came")
