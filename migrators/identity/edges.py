"""From links between records to edges between things: at most one of a type between two."""

from typing import Any

import ibis
from ibis.expr.types import Table

from migrators.mapping.links import COLUMNS
from migrators.mapping.parts import parts_of

LINKS = 1_000_000
"""About so many links are gathered into edges at once."""

BEGUN = "CREATE OR REPLACE TEMP TABLE begun AS {rows}"

LINKED = """
CREATE OR REPLACE TEMP TABLE linked AS
SELECT *, hash(type, from_label, from_id, to_label, to_id) AS pair FROM ({rows})"""

SEVERAL = (
    "CREATE OR REPLACE TEMP TABLE pairs_of_several AS "
    "SELECT pair FROM linked GROUP BY pair HAVING count(*) > 1",
    "CREATE OR REPLACE TEMP TABLE several AS FROM linked SEMI JOIN pairs_of_several USING (pair)",
)
"""The links that are not the only one between their things, beside each other; by chance two pairs
may have one hash."""

KINDS = """
SELECT type, from_label, to_label,
  (type, from_label, to_label) IN (SELECT (type, from_label, to_label) FROM several)
FROM (SELECT DISTINCT type, from_label, to_label FROM linked) ORDER BY ALL"""
"""The kinds of edges, and whether some of a kind are known by several links."""

BASES = ("asserted", "reported", "inferred")
"""How an edge can be known, the strongest first."""

UNMATCHED = {
    "score": ibis.null("float64"),
    "compared": ibis.null("string"),
    "decision": ibis.null("string"),
}
"""What an edge says of a match where it is none."""

PARTS = """
CREATE OR REPLACE TEMP TABLE part_edges AS
SELECT 'PART_OF' AS type, 'Dataset' AS from_label, part AS from_record, 'Dataset' AS to_label,
  whole AS to_record, NULL::VARCHAR AS to_id, 'inferred' AS basis, rule,
  unnest([part, whole]) AS "by", NULL::VARCHAR AS role, NULL::VARCHAR AS distance
FROM parts"""


def part_edges(backend: Any) -> Table:
    """What identity found to be a part of something, as links between records."""
    backend.raw_sql(PARTS)
    return backend.table("part_edges").select(*COLUMNS)


def _link(backend: Any, said: Table, described: Table) -> Table:
    """Links between records as links between the things that they describe.

    One end after the other: both at once need the memory of two.
    """
    ends = described.select("record", "label", "entity")
    left = ends.rename(from_record="record", from_label="label", from_id="entity")
    right = ends.rename(to_record="record", to_label="label", known_id="entity")
    rows = said.join(left, ["from_record", "from_label"]).drop("from_record")
    backend.raw_sql(BEGUN.format(rows=backend.compile(rows)))
    rows = backend.table("begun").left_join(right, ["to_record", "to_label"]).drop("to_record")
    rows = rows.mutate(to_id=ibis.coalesce(rows.to_id, rows.known_id)).drop("known_id")
    rows = rows.filter(rows.to_id.notnull())
    rows = rows.filter((rows.from_label != rows.to_label) | (rows.from_id != rows.to_id))
    backend.raw_sql(LINKED.format(rows=backend.compile(rows)))
    backend.raw_sql("DROP TABLE begun")
    return backend.table("linked")


def edges_of(backend: Any, said: Table, described: Table) -> list[str]:
    """Queries that give the edges together: of a type at most one between two things.

    Kinds lie beside each other: who reads one kind reads a part of the files. Of many links most
    are the only one between their ends and are edges as they are.

    Parameters
    ----------
    said
        Links between records.
    """
    linked = _link(backend, said, described)
    if parts_of(backend, "linked", LINKS) <= 1:
        return [by_kind(backend.compile(_strongest(linked)))]
    for statement in SEVERAL:
        backend.raw_sql(statement)
    alone = linked.anti_join(backend.table("pairs_of_several"), "pair")
    rows, lone = backend.compile(_only(linked)), backend.compile(_only(alone))
    found = [
        f"SELECT * FROM ({lone if several else rows}) WHERE type = '{type_}' "
        f"AND from_label = '{start}' AND to_label = '{end}'"
        for type_, start, end, several in backend.raw_sql(KINDS).fetchall()
    ]
    several = backend.table("several")
    count = parts_of(backend, "several", LINKS)
    for part in range(count):
        rows = several.filter(several.pair % count == part)
        found.append(by_kind(backend.compile(_strongest(rows))))
    return found


def by_kind(text: str) -> str:
    """Edges in the order of their kinds."""
    return f"SELECT * FROM ({text}) ORDER BY type, from_label, to_label"


def _only(rows: Table) -> Table:
    """A link as the edge that it is where it is the only one between its ends."""
    return rows.select(
        "type", "from_label", "from_id", "to_label", "to_id", "basis", "rule", "role",
        distance=rows.distance.try_cast("float64"),
        **UNMATCHED,
        by=ibis.array([rows.by]),
    )  # fmt: skip


def _strongest(rows: Table) -> Table:
    """One edge of a type between two things: how it is best known, and by whom at all."""
    strength = ibis.cases(*[(rows.basis == name, str(n)) for n, name in enumerate(BASES)])
    known = rows.group_by(["type", "from_label", "from_id", "to_label", "to_id"]).agg(
        # The least of both together: an order within an aggregate would sort every group.
        best=(strength + rows.rule).min(),
        role=rows.role.max(),
        distance=rows.distance.try_cast("float64").min(),
        by=rows.by.collect(),
    )
    best = known.best.left(1).cast("int64")
    return known.select(
        "type", "from_label", "from_id", "to_label", "to_id",
        basis=ibis.cases(*[(best == n, name) for n, name in enumerate(BASES)]),
        rule=known.best.substr(1),
        role=known.role,
        distance=known.distance,
        **UNMATCHED,
        by=known.by.unique().sort(),
    )  # fmt: skip


def descriptions(backend: Any, described: Table) -> list[str]:
    """Queries that give the edges from records to things together, in the order of their kinds."""
    text = backend.compile(describing(described))
    rows = f"({backend.compile(described)})"
    if parts_of(backend, rows, LINKS) <= 1:
        return [by_kind(text)]
    labels = backend.raw_sql(f"SELECT DISTINCT label FROM {rows} ORDER BY label").fetchall()
    return [f"SELECT * FROM ({text}) WHERE to_label = '{label}'" for (label,) in labels]


def describing(described: Table) -> Table:
    """From every record to the things it describes: which rule says so, and its score."""
    return described.select(
        type=ibis.literal("DESCRIBES"),
        from_label=ibis.literal("SourceRecord"),
        from_id=described.record,
        to_label=described.label,
        to_id=described.entity,
        basis=described.score.isnull().ifelse("asserted", "inferred"),
        rule=described.rule,
        role=ibis.null("string"),
        distance=ibis.null("float64"),
        score=described.score.cast("float64"),
        compared=described.compared,
        decision=described.decision,
        by=ibis.array([described.record]),
    )
