"""From pairs of records to things: every record with the thing it describes."""

from typing import Any

from migrators.identity.apart import keep_apart
from migrators.identity.rules import scores

START = """
CREATE OR REPLACE TEMP TABLE entities AS
SELECT label, entity, min(_rank) AS root FROM ranked GROUP BY label, entity"""

LINKS = """
CREATE OR REPLACE TEMP TABLE links AS
SELECT DISTINCT ra.entity AS x, rb.entity AS y FROM merges m
JOIN ranked ra ON ra.record = m.a AND ra.label = m.label
JOIN ranked rb ON rb.record = m.b AND rb.label = m.label
WHERE ra.entity <> rb.entity"""

BOTH_WAYS = "INSERT INTO links SELECT y, x FROM links"

STEP = """
UPDATE entities SET root = n.root FROM (
  SELECT l.x, min(e.root) AS root FROM links l JOIN entities e ON e.entity = l.y GROUP BY l.x
) n WHERE entities.entity = n.x AND n.root < entities.root"""

EVIDENCE = """
CREATE OR REPLACE TEMP TABLE evidence AS
SELECT label, record, first(rule ORDER BY score DESC, rule, compared) AS rule, max(score) AS score,
  first(compared ORDER BY score DESC, rule, compared) AS compared, min(decision) AS decision FROM (
  SELECT m.label, unnest([m.a, m.b]) AS record, m.rule, s.score, m.compared, m.decision
  FROM merges m JOIN scores s ON s.rule = m.rule
) GROUP BY label, record"""

DESCRIBED = """
CREATE OR REPLACE TEMP TABLE described AS
SELECT r.record, r.label, named.entity AS entity, r._rank,
  r._rank = e.root AS names,
  CASE WHEN r.entity = named.entity OR v.rule IS NULL
    THEN CASE WHEN r.names THEN 'own record' ELSE 'detail' END ELSE v.rule END AS rule,
  CASE WHEN r.entity = named.entity OR v.rule IS NULL THEN NULL ELSE v.score END AS score,
  CASE WHEN r.entity = named.entity THEN NULL ELSE v.compared END AS compared,
  CASE WHEN r.entity = named.entity THEN NULL ELSE v.decision END AS decision
FROM ranked r JOIN entities e ON e.entity = r.entity
JOIN entities named ON named.root = e.root AND named.own = e.root
LEFT JOIN evidence v ON v.record = r.record AND v.label = r.label"""


def _join(db: Any) -> None:
    """Let the lowest number walk along the pairs until nothing changes."""
    for statement in (LINKS, BOTH_WAYS):
        db.raw_sql(statement)
    while db.raw_sql(STEP).fetchone()[0]:
        pass


def cluster(db: Any) -> None:
    """Make `described` of `ranked` and `merges`: record, label, entity, _rank, rule, score.

    The entities that pairs connect are one; it is called by the first of all their records. What
    a person called different is kept apart.
    The lowest number walks along the pairs until nothing changes: as many steps as the
    longest chain of pairs has.
    """
    told = ", ".join(f"('{rule}', {score})" for rule, score in scores().items())
    db.raw_sql(
        f"CREATE OR REPLACE TEMP TABLE scores AS SELECT * FROM (VALUES {told}) AS t(rule, score)"
    )
    for statement in (START, "ALTER TABLE entities ADD COLUMN own BIGINT"):
        db.raw_sql(statement)
    db.raw_sql("UPDATE entities SET own = root")
    _join(db)
    if keep_apart(db):
        db.raw_sql("UPDATE entities SET root = own")
        _join(db)
    for statement in (EVIDENCE, DESCRIBED):
        db.raw_sql(statement)
