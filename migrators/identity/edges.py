"""From links between records to edges between things: at most one of a type between two."""

from functools import reduce
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import Table

from migrators.mapping.links import COLUMNS
from migrators.mapping.parts import divided, parts_of

LINKS = 1_000_000
"""About so many links are gathered into edges at once."""

VIEW = "between_things"

BASES = ("asserted", "reported", "inferred")
"""How an edge can be known, the strongest first."""

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


def between(said: Table, described: Table) -> Table:
    """Links between records as links between the things that they describe."""
    ends = described.select("record", "label", "entity")
    left = ends.rename(from_record="record", from_label="label", from_id="entity")
    right = ends.rename(to_record="record", to_label="label", known_id="entity")
    rows = said.join(left, ["from_record", "from_label"])
    rows = rows.left_join(right, ["to_record", "to_label"])
    rows = rows.mutate(to_id=ibis.coalesce(rows.to_id, rows.known_id))
    rows = rows.filter(rows.to_id.notnull())
    return rows.filter((rows.from_label != rows.to_label) | (rows.from_id != rows.to_id))


def edges_of(backend: Any, links: Table, rows: str, drafts: Path) -> list[str]:
    """Queries that give the edges together: of a type at most one between two things.

    Parameters
    ----------
    rows
        A table with about as many rows as there are links.
    drafts
        A folder for what is between.
    """
    count = parts_of(backend, rows, LINKS)
    parts = divided(backend, backend.compile(links), "from_id", count, drafts / "links")
    backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS {parts[0]}")
    text = backend.compile(hashed(_strongest(backend.table(VIEW))))
    return [f"WITH {VIEW} AS ({part}) SELECT * FROM ({text})" for part in parts]


def hashed(edges: Table) -> Table:
    """Edges with the hash of what they are."""
    texts = [
        ibis.coalesce(ibis.literal(f"\x01{name}\x02") + edges[name].cast("string"), "")
        for name in edges.columns
    ]
    return edges.mutate(hash=_md5(reduce(lambda left, right: left + right, texts)))


@ibis.udf.scalar.builtin(name="md5")
def _md5(value: str) -> str:  # type: ignore[empty-body]
    """The MD5 digest of a text, as DuckDB and Spark both call it."""


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
        score=ibis.null("float64"),
        by=known.by.unique().sort(),
    )  # fmt: skip


def describing(described: Table) -> Table:
    """From every record to the things it describes: which rule says so, and its score."""
    edges = described.select(
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
        by=ibis.array([described.record]),
    )
    return hashed(edges)
