"""Pairs that rules found and that are not one thing, with the reason: for persons to decide about.

What was accepted stands on the `DESCRIBES` edges, with its rule and score.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import duckdb

from migrators.identity.wanted import Wanted
from migrators.staging.chain import scan

State = Literal["accepted", "candidate", "rejected"]
TABLE = "judged"

JUDGED = """
CREATE OR REPLACE TEMP TABLE judged
  (state VARCHAR, label VARCHAR, a VARCHAR, b VARCHAR, rule VARCHAR, compared VARCHAR,
  why VARCHAR)"""

REJECTED = """
INSERT INTO judged SELECT DISTINCT 'rejected', '{label}', t.a, t.b, t.rule, t.compared, d.id
FROM {table} t JOIN decided_pairs d ON d.kind = '{label}' AND d.verdict = 'different'
AND d.a = t.a AND d.b = t.b"""
"""What a rule found and a person called different."""

CLAIMED = """
INSERT INTO judged SELECT 'candidate', '{label}', a, b, rule, compared, 'one of several for ' || b
FROM found WHERE rule <> 'decision' QUALIFY count(*) OVER (PARTITION BY b) > 1"""
"""What several claim: two candidates are none."""

OUTWEIGHED = """
INSERT INTO judged SELECT 'candidate', 'Dataset', f.a, f.b, f.rule, f.compared,
  'another is nearer to ' || f.a
FROM found f ANTI JOIN best USING (a, b) WHERE f.rule <> 'decision'"""
"""A collection that has a better dataset."""

ACCEPTED = """
SELECT 'accepted', to_label, from_id, to_id, rule, compared, decision
FROM ({edges})
WHERE type = 'DESCRIBES' AND score IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A record, the record or the thing that it is held against, and what came of it."""

    state: str
    label: str
    a: str
    b: str
    rule: str
    compared: str
    why: str

    def as_json(self) -> Mapping[str, Any]:
        """For machines."""
        return asdict(self)


def pairs_of(wanted: Wanted, state: State, limit: int) -> list[Pair]:
    """Pairs of a state, by label and record; of those that are accepted `b` is the thing."""
    if state == "accepted":
        query = ACCEPTED.format(edges=wanted.edges_sql())
    else:
        files = wanted.chain.files(wanted.chain.last, TABLE)
        if not files:
            return []
        query = f"FROM {scan(files)} WHERE state = '{state}'"
    with duckdb.connect() as db:
        rows = db.execute(f"FROM ({query}) ORDER BY ALL LIMIT {limit}").fetchall()
    return [Pair(*("" if value is None else str(value) for value in row)) for row in rows]
