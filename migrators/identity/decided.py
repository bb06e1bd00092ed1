"""What persons decided, as tables that the rules look at."""

from collections.abc import Sequence
from typing import Any

from migrators.identity.decisions import Decision, standing

DECIDED = """
CREATE OR REPLACE TEMP TABLE decided
  (id VARCHAR, kind VARCHAR, a VARCHAR, b VARCHAR, verdict VARCHAR)"""

BOTH_WAYS = """
CREATE OR REPLACE TEMP TABLE decided_pairs AS
SELECT id, kind, a, b, verdict FROM decided UNION SELECT id, kind, b, a, verdict FROM decided"""

MERGED = """
INSERT INTO merges (label, a, b, rule, decision)
SELECT kind, a, b, 'decision', id FROM decided WHERE verdict = 'same'"""

SAID_SAME = """
INSERT INTO found SELECT a.record, b.record, 'decision', 1, NULL FROM decided_pairs d
JOIN known_{label} a ON a.record = d.a JOIN known_{label} b ON b.record = d.b
WHERE d.kind = '{label}' AND d.verdict = 'same' AND a.system = 'ispyb' AND b.system = 'icat'"""
"""Rules pair nothing else with what a person paired."""

REFUSED = """
DELETE FROM {table} USING decided_pairs d
WHERE d.kind = '{label}' AND d.verdict = 'different' AND d.a = {table}.a AND d.b = {table}.b"""


def put_decisions(db: Any, decisions: Sequence[Decision]) -> None:
    """Make the tables `decided` and `decided_pairs` of what stands, and merge what is the same."""
    db.raw_sql(DECIDED)
    rows = [(item.id, item.kind, item.a, item.b, item.verdict) for item in standing(decisions)]
    if rows:
        db.con.executemany("INSERT INTO decided VALUES (?, ?, ?, ?, ?)", rows)
    for statement in (BOTH_WAYS, MERGED):
        db.raw_sql(statement)
