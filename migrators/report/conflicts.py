"""Where two records of one thing disagree, after their values were brought to one unit.

What disagrees is found once for a state of all sources, and kept beside what the graph should hold:
a row for every record that says something of a property about which not all say the same.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from graph.model import Label, Model, Property
from graph.problem import Problem
from migrators.identity import Origin, Wanted
from migrators.identity.comparing import FORMS
from migrators.staging.chain import copy, union
from ontologies.tables import read_table

FILE = "conflicts"
SHARE = 1e-4
"""Numbers that differ by less than this part of their size are one number."""

SIDES = "sides"
"""Of a relation: each database names other things than the other."""

MADE = """
CREATE TEMP TABLE conflicts (label VARCHAR, property VARCHAR, thing VARCHAR, believed VARCHAR,
  record VARCHAR, value VARCHAR)"""

MANY = """
CREATE OR REPLACE TEMP TABLE many AS SELECT from_id AS record, to_id AS entity FROM ({edges}) e
WHERE type = 'DESCRIBES' AND to_label = '{label}'
QUALIFY count(*) OVER (PARTITION BY to_id) > 1"""

NOW = """
CREATE OR REPLACE TEMP TABLE now AS
SELECT * FROM ({nodes}) n WHERE id IN (SELECT entity FROM many)"""

DIFFER = """
INSERT INTO conflicts
WITH said AS (
  SELECT DISTINCT m.entity, t.record, t."{name}"::VARCHAR AS value, t."{name}" AS plain
  FROM told t JOIN many m USING (record) WHERE t."{name}" IS NOT NULL)
SELECT '{label}', '{name}', s.entity, n."{name}"::VARCHAR, s.record, s.value
FROM said s LEFT JOIN now n ON n.id = s.entity
WHERE s.entity IN (SELECT entity FROM said GROUP BY entity HAVING {differ})"""

APART = """
INSERT INTO conflicts
WITH said AS (
  SELECT DISTINCT {near}_id AS thing, record, split_part(record, ':', 1) AS source,
    {far}_id AS value
  FROM (SELECT from_id, to_id, unnest("by") AS record FROM ({edges})
    WHERE type = '{type}' AND from_label = '{start}' AND to_label = '{end}')
  WHERE contains(record, ':')),
shared AS (SELECT thing FROM said GROUP BY thing, value HAVING count(DISTINCT source) > 1)
SELECT '{label}', '{name}', thing, NULL, record, value FROM said
WHERE thing IN (SELECT thing FROM said GROUP BY thing HAVING count(DISTINCT source) > 1)
AND thing NOT IN (FROM shared)"""

WORDS = "count(DISTINCT lower(regexp_replace(trim(value), '\\s+', ' ', 'g'))) > 1"
NUMBERS = f"max(plain) - min(plain) > {SHARE} * greatest(abs(max(plain)), abs(min(plain)))"
LONGER = """len(list_filter(list(lower(value)), lambda text:
  NOT contains(text, arg_min(lower(trim(value)), length(trim(value)))))) > 0"""
PATHS = f"count(DISTINCT {FORMS['path'].format('value')}) > 1"
TEXTS = {"path": PATHS, "longer": LONGER}
INSTANTS = "epoch(max(plain)::TIMESTAMP) - epoch(min(plain)::TIMESTAMP) > {seconds}"


@cache
def comparisons() -> Mapping[tuple[str, str], str]:
    """How a property or relation of a label is compared where it is not as usual."""
    rows = read_table("migrators.report", "comparison.tsv")
    return {(row["label"], row["property"]): row["compare"] for row in rows}


def conflicts_file(
    origins: Callable[[], Sequence[Origin]], wanted: Wanted, model: Model
) -> Path | None:
    """The file of all that disagrees at present; it is made where it is not there yet.

    None where nothing has been resolved yet.

    Parameters
    ----------
    origins
        Gives the sources; they are only asked for where the file is to be made.
    """
    if not wanted.chain.generations:
        return None
    file = wanted.chain.place(wanted.chain.last) / f"{FILE}.parquet"
    if not file.exists():
        draft = file.with_name(f"{FILE}-{os.getpid()}.draft")
        try:
            _write(origins(), wanted, model, draft)
            draft.replace(file)
        except (duckdb.IOException, OSError) as error:
            raise Problem(
                f"disagreements cannot be looked for: {str(error).splitlines()[0]}",
                where=str(file.parent),
                todo="try again when no migration is running",
            ) from error
        finally:
            draft.unlink(missing_ok=True)
    return file


def _write(origins: Sequence[Origin], wanted: Wanted, model: Model, draft: Path) -> None:
    with duckdb.connect(config={"memory_limit": "700MB"}) as db:
        db.execute(f"SET temp_directory = '{draft.with_suffix('.spill')}'")
        db.execute(MADE)
        for label in model.entities:
            _properties(db, origins, wanted, model.labels[label])
        for statement in _relations(wanted, model):
            db.execute(statement)
        db.execute(copy("FROM conflicts ORDER BY label, property, thing, record", draft))


def _properties(
    db: duckdb.DuckDBPyConnection, origins: Sequence[Origin], wanted: Wanted, label: Label
) -> None:
    told = [text for o in origins if (text := o.mapped.together(f"told-{label.name}-"))]
    if not told:
        return
    db.execute(MANY.format(edges=wanted.edges_sql(), label=label.name))
    db.execute(NOW.format(nodes=wanted.nodes_sql(label.name)))
    db.execute(
        "CREATE OR REPLACE TEMP TABLE told AS "
        f"SELECT * FROM ({union(told)}) SEMI JOIN many USING (record)"
    )
    there = {str(row[0]) for row in db.execute("DESCRIBE told").fetchall()}
    there &= {str(row[0]) for row in db.execute("DESCRIBE now").fetchall()}
    for item in label.properties:
        differ = _differ(label, item)
        if differ is not None and item.name in there:
            db.execute(DIFFER.format(label=label.name, name=item.name, differ=differ))


def _relations(wanted: Wanted, model: Model) -> Iterator[str]:
    for (label, name), how in comparisons().items():
        if how == SIDES:
            relation = model.relation(label, name)
            near, far = ("from", "to") if relation.outgoing else ("to", "from")
            yield APART.format(
                label=label, name=name, near=near, far=far, edges=wanted.edges_sql(),
                type=relation.edge.type, start=relation.edge.source, end=relation.edge.target,
            )  # fmt: skip


def _differ(label: Label, item: Property) -> str | None:
    """The condition under which values are called different; None where they never are."""
    known = comparisons()
    how = known.get((label.name, item.name), known.get(("*", item.name), ""))
    if how == "never" or item.name == "id" or item.type in ("json", "strings"):
        return None
    if item.type == "instant":
        return INSTANTS.format(seconds=int(how.removeprefix("within ") or 0))
    if how in TEXTS:
        return TEXTS[how]
    return NUMBERS if item.type in ("int", "long", "float") else WORDS
