"""Which records are one thing: what the rules find, and what comes of it where they find several.

What rules leave open is never guessed: two candidates are none, and are kept for persons.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migrators.identity.comparing import pairs_sql
from migrators.identity.decided import REFUSED, SAID_SAME, put_decisions
from migrators.identity.decisions import Decision
from migrators.identity.judged import ASK, CLAIMED, JUDGED, LEFT_OPEN, OUTWEIGHED, REJECTED, SEVERAL
from migrators.identity.known import TOLD, know
from migrators.identity.origin import Origin
from migrators.identity.rules import Rule, by_type

MERGES = """
CREATE OR REPLACE TEMP TABLE merges (label VARCHAR, a VARCHAR, b VARCHAR, rule VARCHAR,
  compared VARCHAR, decision VARCHAR)"""

PARTS = "CREATE OR REPLACE TEMP TABLE parts (part VARCHAR, whole VARCHAR, rule VARCHAR)"

FOUND = """
CREATE OR REPLACE TEMP TABLE found
  (a VARCHAR, b VARCHAR, rule VARCHAR, score DOUBLE, compared VARCHAR)"""


PARTED = "raw dataset"
"""Several of these can be parts of one: collections of a dataset."""


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
    for type_, rules in by_type():
        _between_systems(db, type_, [rule for rule in rules if rule.between == "systems"])
        _within(db, [rule for rule in rules if rule.between != "systems"])


def _between_systems(db: Any, type_: str, rules: Sequence[Rule]) -> None:
    """What the rules find between the two databases, at first what was decided."""
    if not rules:
        return
    label = rules[0].label
    db.raw_sql(FOUND)
    db.raw_sql(SAID_SAME.format(label=label))
    for rule in rules:
        _hold(db, rule)
        db.raw_sql(
            f"INSERT INTO found SELECT a, b, '{rule.name}', {rule.score}, compared "
            "FROM held WHERE chosen"
        )
        _refuse(db, rule, "found")
    if type_ == PARTED:
        _wholes(db)
    else:
        for statement in (ALONE, CLAIMED):
            db.raw_sql(statement.format(label=label))


def _within(db: Any, rules: Sequence[Rule]) -> None:
    """What the rules find in any database: all of it counts."""
    for rule in rules:
        _hold(db, rule)
        db.raw_sql(
            "INSERT INTO merges (label, a, b, rule, compared) "
            f"SELECT '{rule.label}', a, b, '{rule.name}', compared FROM held WHERE chosen"
        )
        _refuse(db, rule, "merges")


def _hold(db: Any, rule: Rule) -> None:
    """What a rule finds; what it leaves open is kept for persons."""
    db.raw_sql(f"CREATE OR REPLACE TEMP TABLE held AS {pairs_sql(rule)}")
    why = ASK if rule.choose == "ask" else SEVERAL
    db.raw_sql(LEFT_OPEN.format(label=rule.label, rule=rule.name, why=why))


ALONE = """
INSERT INTO merges (label, a, b, rule, compared)
SELECT '{label}', a, b, rule, compared FROM found
WHERE rule <> 'decision' QUALIFY count(*) OVER (PARTITION BY b) = 1"""
"""What ICAT has once cannot be two things of ISPyB; ISPyB's one may be several of ICAT's, as
with a sample that was declared for every visit."""


def _refuse(db: Any, rule: Rule, table: str) -> None:
    """Take out what a person called different, and keep that a rule found it."""
    for statement in (REJECTED, REFUSED):
        db.raw_sql(statement.format(label=rule.label, table=table))


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


def _wholes(db: Any) -> None:
    """Of every collection its best dataset; a dataset of several is their whole."""
    for statement in (BEST, OUTWEIGHED, WHOLES, GROUPS):
        db.raw_sql(statement)
    db.raw_sql(
        "INSERT INTO merges (label, a, b, rule, compared) "
        "SELECT 'Dataset', a, b, rule, compared FROM best "
        "WHERE several = 1 AND rule <> 'decision'"
    )
    db.raw_sql(
        "INSERT INTO merges (label, a, b, rule, compared) "
        "SELECT 'Dataset', w.holder, w.b, 'collections of one group', w.members || ' collections' "
        f"FROM wholes w WHERE {IS_GROUP}"
    )
    db.raw_sql(
        "INSERT INTO parts SELECT f.a, f.b, f.rule FROM best f JOIN wholes w ON w.b = f.b "
        f"WHERE f.rule <> 'decision' AND NOT ({IS_GROUP})"
    )
