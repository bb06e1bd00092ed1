"""Where two records of one thing disagree, after their values were brought to one unit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import duckdb

from graph.model import Label, Model, Property
from migrators.identity import Origin, Wanted
from migrators.staging.chain import union
from ontologies.tables import read_table

SHOWN = 20
"""How many conflicts of a property are named; the others are counted."""

SHARE = 1e-4
"""Numbers that differ by less than this part of their size are one number."""

MANY = """
CREATE OR REPLACE TEMP TABLE many AS SELECT from_id AS record, to_id AS entity FROM ({edges}) e
WHERE type = 'DESCRIBES' AND to_label = '{label}'
QUALIFY count(*) OVER (PARTITION BY to_id) > 1"""

DIFFER = """
SELECT entity, list(record || ': ' || value ORDER BY record), count(*) OVER () FROM (
  SELECT DISTINCT m.entity, t.record, t.{name}::VARCHAR AS value, t.{name} AS plain
  FROM told t JOIN many m USING (record) WHERE t.{name} IS NOT NULL
) GROUP BY entity HAVING {differ} ORDER BY entity LIMIT {shown}"""

WORDS = "count(DISTINCT lower(regexp_replace(trim(value), '\\s+', ' ', 'g'))) > 1"
NUMBERS = f"max(plain) - min(plain) > {SHARE} * greatest(abs(max(plain)), abs(min(plain)))"
INSTANTS = "epoch(max(plain)::TIMESTAMP) - epoch(min(plain)::TIMESTAMP) > {seconds}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A property of which the records of some things say different values."""

    label: str
    property: str
    count: int
    examples: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


@cache
def comparisons() -> Mapping[tuple[str, str], str]:
    """How a property of a label is compared where it is not as usual."""
    rows = read_table("migrators.report", "comparison.tsv")
    return {(row["label"], row["property"]): row["compare"] for row in rows}


def conflicts_of(origins: Sequence[Origin], wanted: Wanted, model: Model) -> list[Conflict]:
    """Every property about which records of one thing disagree, over all sources."""
    found: list[Conflict] = []
    with duckdb.connect(config={"memory_limit": "700MB"}) as db:
        for label in model.entities:
            found += _of_label(db, origins, wanted, model.labels[label])
    return found


def _of_label(
    db: duckdb.DuckDBPyConnection, origins: Sequence[Origin], wanted: Wanted, label: Label
) -> list[Conflict]:
    told = [text for origin in origins for text in origin.mapped.told(label.name)]
    if len(told) < 2:
        return []
    db.execute(MANY.format(edges=wanted.edges_sql(), label=label.name))
    db.execute(
        "CREATE OR REPLACE TEMP TABLE told AS "
        f"SELECT * FROM ({union(told)}) SEMI JOIN many USING (record)"
    )
    there = {str(row[0]) for row in db.execute("DESCRIBE told").fetchall()}
    found = []
    for item in label.properties:
        differ = _differ(label, item)
        if differ is None or item.name not in there:
            continue
        query = DIFFER.format(name=f'"{item.name}"', differ=differ, shown=SHOWN)
        rows = db.execute(query).fetchall()
        if rows:
            examples = tuple(f"{entity}: {'; '.join(values)}" for entity, values, _ in rows)
            found.append(Conflict(label.name, item.name, int(rows[0][2]), examples))
    return found


def _differ(label: Label, item: Property) -> str | None:
    """The condition under which values are called different; None where they never are."""
    known = comparisons()
    how = known.get((label.name, item.name), known.get(("*", item.name), ""))
    if how == "never" or item.name == "id" or item.type in ("json", "strings"):
        return None
    if item.type == "instant":
        return INSTANTS.format(seconds=int(how.removeprefix("within ") or 0))
    return NUMBERS if item.type in ("int", "long", "float") else WORDS
