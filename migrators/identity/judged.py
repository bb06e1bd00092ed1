"""The pairs of records that rules found, with what came of each and why: for persons to judge.

They are kept whole beside what the graph should hold, in the order in which they are listed.
"""

from typing import Any

TABLE = "judged"

PART = "a part of it"
"""Why two collections and a dataset are not one thing though a rule joins them."""

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

ASK = "not enough by itself"
SEVERAL = "one of several"

LEFT_OPEN = """
INSERT INTO judged SELECT 'candidate', '{label}', a, b, '{rule}', compared, '{why}'
FROM held WHERE open"""
"""What a rule saw and did not join: it is one of several, or never enough by itself."""

OUTWEIGHED = """
INSERT INTO judged SELECT 'candidate', 'Dataset', f.a, f.b, f.rule, f.compared,
  'another is nearer to ' || f.a
FROM found f ANTI JOIN best USING (a, b) WHERE f.rule <> 'decision'"""
"""A collection that has a better dataset."""

PAIRED = """
CREATE OR REPLACE TEMP TABLE paired AS
WITH joined AS (
  SELECT label, a, b FROM merges
  WHERE rule <> 'decision' AND split_part(a, ':', 1) <> split_part(b, ':', 1))
SELECT label, a AS record FROM joined UNION SELECT label, b FROM joined"""
"""The records that a rule joined with one of another source."""

STILL_OPEN = f"""
DELETE FROM judged WHERE state = 'candidate' AND (
  (label, a, b) IN (SELECT (kind, a, b) FROM decided_pairs)
  OR why = '{SEVERAL}' AND (
    (label, a) IN (SELECT (label, record) FROM paired)
    OR (label, b) IN (SELECT (label, record) FROM paired)))"""
"""What was decided is no candidate, nor what a later rule paired with another."""

ALL = f"""
CREATE OR REPLACE TEMP VIEW all_judged AS FROM judged
UNION ALL SELECT 'accepted', label, a, b, rule, compared, coalesce(decision, '')
FROM merges
UNION ALL SELECT 'accepted', 'Dataset', part, whole, rule, NULL, '{PART}' FROM parts"""

STANDS = """
CREATE OR REPLACE TEMP TABLE stands AS
SELECT d.record, d.label, arg_min(r.entity, d._rank) AS own, arg_min(d.entity, d._rank) AS thing
FROM described d
SEMI JOIN (SELECT label, a AS record FROM all_judged UNION SELECT label, b FROM all_judged) j
ON j.label = d.label AND j.record = d.record
JOIN ranked r ON r._rank = d._rank GROUP BY ALL"""
"""What the records of pairs stand for by the mapping, and what they describe now."""

ROWS = """
SELECT j.*, s.score, a.own AS own_a, b.own AS own_b, a.thing AS thing_a, b.thing AS thing_b
FROM all_judged j LEFT JOIN scores s ON s.rule = j.rule
LEFT JOIN stands a ON a.record = j.a AND a.label = j.label
LEFT JOIN stands b ON b.record = j.b AND b.label = j.label
WHERE j.state <> 'candidate' OR a.thing <> b.thing
QUALIFY row_number() OVER (
  PARTITION BY j.state, j.label, j.a, j.b ORDER BY s.score DESC, j.rule, j.compared, j.why) = 1
ORDER BY j.state, j.label, j.a, j.b"""
"""A pair once: by the rule that is worth most of those that found it."""


def judged_rows(db: Any) -> str:
    """The query of all pairs, in the order of their state, label and records.

    Needs what `recognise` makes. `own_` is what a record stands for by the mapping, `thing_` what
    it describes now.
    """
    for statement in (PAIRED, STILL_OPEN, ALL, STANDS):
        db.raw_sql(statement)
    return ROWS
