"""Which records are one thing: one set operation a rule, over keys that block the comparison.

Every rule looks only at records that share a key, so the work grows with the records and
not with their pairs. What a rule leaves open is never guessed by it: two candidates are none.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migrators.identity.decided import REFUSED, SAID_SAME, put_decisions
from migrators.identity.decisions import Decision
from migrators.identity.judged import CLAIMED, JUDGED, OUTWEIGHED, REJECTED
from migrators.identity.known import TOLD, know
from migrators.identity.origin import Origin
from migrators.identity.rules import rules

WINDOW = 120
"""Seconds within which two clocks tell one begin of a collection."""

VISIT_HOURS = 48
"""Hours by which the begins of one visit may differ: ESRF's ingester opens another beyond."""

MERGES = (
    "CREATE OR REPLACE TEMP TABLE merges "
    "(label VARCHAR, a VARCHAR, b VARCHAR, rule VARCHAR, decision VARCHAR)"
)
PARTS = "CREATE OR REPLACE TEMP TABLE parts (part VARCHAR, whole VARCHAR, rule VARCHAR)"

FOUND = "CREATE OR REPLACE TEMP TABLE found (a VARCHAR, b VARCHAR, rule VARCHAR, score DOUBLE)"

NEW = "AND a.record NOT IN (SELECT a FROM found) AND b.record NOT IN (SELECT b FROM found)"

BOTH = "a.system = 'ispyb' AND b.system = 'icat' AND a.facility = b.facility"

PATH = "rtrim(replace(trim({0}.location), '//', '/'), '/')"

BY_ID = f"""
FROM known_Dataset a JOIN known_Dataset b ON a.collection = b.collection
WHERE {BOTH} AND b.kind = 'raw' {NEW}
AND NOT (coalesce(a.proposal <> b.proposal, false)
  AND coalesce({PATH.format("a")} <> {PATH.format("b")}, false))"""

BY_NAME = f"""
FROM known_Dataset a JOIN known_Dataset b ON a.collection = b.trailing
WHERE {BOTH} AND b.kind = 'raw' AND b.collection IS NULL
AND b.name = a.prefix || '_' || a."runNumber" || '_' || a.collection {NEW}"""

BY_PATH = f"""
FROM known_Dataset a JOIN known_Dataset b ON {PATH.format("a")} = {PATH.format("b")}
WHERE {BOTH} AND b.kind = 'raw' AND a.location IS NOT NULL
AND coalesce(a."fileTemplate" = b."fileTemplate", true)
AND coalesce(a."firstImageNumber" = b."firstImageNumber", true)
AND coalesce(a."numberOfImages" = b."numberOfImages", true) {NEW}"""

BY_GROUP = f"""
FROM known_Dataset a
JOIN known_Dataset sibling ON sibling."group" = a."group" AND sibling.source = a.source
  AND sibling.record <> a.record
JOIN found f ON f.a = sibling.record JOIN known_Dataset b ON b.record = f.b
WHERE a.system = 'ispyb' AND a.record NOT IN (SELECT a FROM found)
AND ({PATH.format("sibling")} = {PATH.format("a")} OR b.complete = 'false')"""
"""The wedges of a characterisation are one dataset of ICAT, which is not complete and carries the
number of one of them (reference: ispyb 5)."""

TIMED = f"""(
  SELECT record, system, facility, kind, proposal, instrument, epoch("startTime"::TIMESTAMP) AS at,
    unnest([block - 1, block, block + 1]) AS block
  FROM (SELECT *, floor(epoch("startTime"::TIMESTAMP) / {WINDOW})::BIGINT AS block
    FROM known_Dataset WHERE system = 'icat')
)"""
"""Datasets of ICAT in the stretch of time in which they began, and in both beside it."""

BY_TIME = f"""
FROM known_Dataset a JOIN {TIMED} b
  ON a.proposal = b.proposal AND a.instrument = b.instrument
  AND floor(epoch(a."startTime"::TIMESTAMP) / {WINDOW})::BIGINT = b.block
  AND abs(epoch(a."startTime"::TIMESTAMP) - b.at) <= {WINDOW}
WHERE {BOTH} AND b.kind = 'raw' {NEW}
QUALIFY count(*) OVER (PARTITION BY a.record) = 1 AND count(*) OVER (PARTITION BY b.record) = 1"""

VISIT_BY_ID = f"""
FROM known_Investigation a JOIN known_Investigation b ON a.visit = b.visit WHERE {BOTH} {NEW}"""

VISIT_BY_TIME = f"""
FROM (
  SELECT a.record AS ra, b.record AS rb,
    abs(epoch(a."startTime"::TIMESTAMP) - epoch(b."startTime"::TIMESTAMP)) AS apart
  FROM known_Investigation a JOIN known_Investigation b
    ON a.proposal = b.proposal AND a.instrument = b.instrument
  WHERE {BOTH} {NEW}
  AND abs(epoch(a."startTime"::TIMESTAMP) - epoch(b."startTime"::TIMESTAMP))
    <= {VISIT_HOURS * 3600}
  QUALIFY row_number() OVER (PARTITION BY ra ORDER BY apart, rb) = 1
    AND row_number() OVER (PARTITION BY rb ORDER BY apart, ra) = 1
) p JOIN known_Investigation a ON a.record = p.ra JOIN known_Investigation b ON b.record = p.rb"""

SAMPLE_BY_DATASET = """
FROM merges m
JOIN said_edges ea ON ea.type = 'OF_SAMPLE' AND ea.from_record = m.a
JOIN said_edges eb ON eb.type = 'OF_SAMPLE' AND eb.from_record = m.b
JOIN known_Sample a ON a.record = ea.to_record JOIN known_Sample b ON b.record = eb.to_record
WHERE m.label = 'Dataset' AND a.label = b.label AND a.record <> b.record"""

SAMPLE_BY_NAME = f"""
FROM (
  SELECT * FROM known_Sample WHERE system = 'ispyb' AND label IS NOT NULL
  QUALIFY count(*) OVER (PARTITION BY source, proposal, label) = 1
) a JOIN known_Sample b ON a.proposal = b.proposal AND a.label = b.label
WHERE {BOTH} AND b.record NOT IN (SELECT b FROM found)"""

SAMPLE_BY_PID = "FROM known_Sample a JOIN known_Sample b ON a.pid = b.pid AND a.record < b.record"

BY_ORCID = "FROM known_Person a JOIN known_Person b ON a.orcid = b.orcid AND a.record < b.record"

BY_LOGIN = """
FROM known_Person a JOIN known_Person b
  ON a.login = b.login AND a.facility = b.facility AND a.record < b.record
WHERE NOT EXISTS (
  SELECT 1 FROM known_Person p WHERE p.login = a.login AND p.facility = a.facility
  GROUP BY p.login HAVING count(DISTINCT p.orcid) > 1)"""


def find_pairs(
    db: Any, origins: Sequence[Origin], decisions: Sequence[Decision], drafts: Path
) -> None:
    """Fill the tables `merges` (records that are one) and `parts` (records that are parts).

    Needs `said_edges` and `things`; one dataset of several collections becomes their whole.
    What is between is written into a folder. Rules look only at what no person decided.
    """
    for statement in (MERGES, PARTS, JUDGED):
        db.raw_sql(statement)
    put_decisions(db, decisions)
    for label in TOLD:
        know(db, origins, label, drafts)
    _datasets(db)
    for label, ordered in (
        (
            "Investigation",
            (("investigation id", VISIT_BY_ID), ("proposal, beamline and time", VISIT_BY_TIME)),
        ),
        (
            "Sample",
            (("sample of one dataset", SAMPLE_BY_DATASET), ("sample name", SAMPLE_BY_NAME)),
        ),
    ):
        _begin(db, label)
        for rule, body in ordered:
            _find(db, label, rule, body)
        db.raw_sql(ALONE.format(label=label))
        db.raw_sql(CLAIMED.format(label=label))
    for label, rule, body in (
        ("Sample", "sample pid", SAMPLE_BY_PID),
        ("Person", "orcid", BY_ORCID),
        ("Person", "login", BY_LOGIN),
    ):
        db.raw_sql(
            "INSERT INTO merges (label, a, b, rule) "
            f"SELECT DISTINCT '{label}', a.record, b.record, '{rule}' {body}"
        )
        _refuse(db, label, "merges")


ALONE = """
INSERT INTO merges (label, a, b, rule) SELECT '{label}', a, b, rule FROM found
WHERE rule <> 'decision' QUALIFY count(*) OVER (PARTITION BY b) = 1"""
"""What ICAT has once cannot be two things of ISPyB; ISPyB's one may be several of ICAT's, as
with a sample that was declared for every visit."""


def _begin(db: Any, label: str) -> None:
    """What is found for a label; at first what was decided."""
    db.raw_sql(FOUND)
    db.raw_sql(SAID_SAME.format(label=label))


def _find(db: Any, label: str, rule: str, body: str) -> None:
    score = rules()[rule].score
    db.raw_sql(f"INSERT INTO found SELECT DISTINCT a.record, b.record, '{rule}', {score} {body}")
    _refuse(db, label, "found")


def _refuse(db: Any, label: str, table: str) -> None:
    """Take out what a person called different, and keep that a rule found it."""
    for statement in (REJECTED, REFUSED):
        db.raw_sql(statement.format(label=label, table=table))


BEST = """
CREATE OR REPLACE TEMP TABLE best AS SELECT f.*, count(*) OVER (PARTITION BY f.b) AS several
FROM (
  SELECT f.*, row_number() OVER (
    PARTITION BY f.a ORDER BY f.score DESC,
    coalesce(rtrim(ka.location, '/') = rtrim(kb.location, '/'), false) DESC, f.b) AS nth
  FROM found f JOIN known_Dataset ka ON ka.record = f.a JOIN known_Dataset kb ON kb.record = f.b
) f WHERE nth = 1"""

WHOLES = """
CREATE OR REPLACE TEMP TABLE wholes AS
SELECT b.b, min(k.source || ':DataCollectionGroup:' || k."group") AS holder,
  count(*) AS members, count(DISTINCT k.source || k."group") AS groups
FROM best b JOIN known_Dataset k ON k.record = b.a WHERE b.several > 1 GROUP BY b.b"""

GROUPS = """
CREATE OR REPLACE TEMP TABLE group_sizes AS
SELECT source || ':DataCollectionGroup:' || "group" AS holder, count(*) AS members
FROM known_Dataset WHERE "group" IS NOT NULL GROUP BY 1"""

IS_GROUP = """
w.groups = 1 AND EXISTS (
  SELECT 1 FROM group_sizes g WHERE g.holder = w.holder AND g.members = w.members)"""


def _datasets(db: Any) -> None:
    _begin(db, "Dataset")
    for rule, body in (
        ("collection id", BY_ID),
        ("legacy dataset name", BY_NAME),
        ("directory and template", BY_PATH),
        ("collections of one group", BY_GROUP),
        ("beamline and time", BY_TIME),
    ):
        _find(db, "Dataset", rule, body)
    for statement in (BEST, OUTWEIGHED, WHOLES, GROUPS):
        db.raw_sql(statement)
    db.raw_sql(
        "INSERT INTO merges (label, a, b, rule) SELECT 'Dataset', a, b, rule FROM best "
        "WHERE several = 1 AND rule <> 'decision'"
    )
    db.raw_sql(
        "INSERT INTO merges (label, a, b, rule) "
        "SELECT 'Dataset', w.holder, w.b, 'collections of one group' "
        f"FROM wholes w WHERE {IS_GROUP}"
    )
    db.raw_sql(
        "INSERT INTO parts SELECT f.a, f.b, f.rule FROM best f JOIN wholes w ON w.b = f.b "
        f"WHERE f.rule <> 'decision' AND NOT ({IS_GROUP})"
    )
