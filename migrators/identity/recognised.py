"""Which records are one thing: from the keys of all records to the thing that each describes.

Pairs and clusters are decided over the keys of all records, as set operations, whatever changed.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import StringValue, Table, Value

from migrators.identity.clusters import cluster
from migrators.identity.decisions import Decision
from migrators.identity.orders import register
from migrators.identity.origin import Origin
from migrators.identity.pairs import find_pairs
from migrators.identity.wanted import Wanted
from migrators.mapping.mapped import all_of, connect

TABLES = ("records", "things", "edges", "folds")


def recognise(origins: Sequence[Origin], decisions: Sequence[Decision], folder: Path) -> Any:
    """A session with the tables `described`, `merges`, `parts`, `judged`, and the views `said_*`.

    Parameters
    ----------
    origins
        In the configured rank of sources, the most trusted first.
    decisions
        What persons said of records; it wins over rules.
    folder
        Where there is room for what does not fit into memory.
    """
    backend = connect(folder)
    register(backend.con)
    for name in TABLES:
        text = all_of([origin.mapped for origin in origins], name)
        backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW said_{name} AS {text}")
    backend.create_table("ranked", _ranked(backend, origins), temp=True)
    drafts = folder / "drafts"
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir(parents=True)
    find_pairs(backend, origins, decisions, drafts)
    shutil.rmtree(drafts)
    cluster(backend)
    return backend


def _ranked(backend: Any, origins: Sequence[Origin]) -> Table:
    """Every record with what it describes, numbered in the order in which it is believed.

    Numbers run within a table of a source, after those of all before it: so many rows are never
    sorted at once as all sources have.
    """
    records, things = backend.table("said_records"), backend.table("said_things")
    ranks = ibis.cases(
        *[(records.source == origin.name, place) for place, origin in enumerate(origins)],
        else_=len(origins),
    )
    rows = things.join(records.mutate(source_rank=ranks), "record")
    rows = rows.mutate(named=(~rows.names).cast("int8"))
    block = ["named", "source_rank", "table"]
    sizes = rows.group_by(block).agg(size=rows.count())
    before = ibis.cumulative_window(order_by=block)
    sizes = sizes.mutate(before=sizes.size.sum().over(before) - sizes.size)
    inner = ibis.window(group_by=block, order_by=[*key_order(rows.key), rows.entity])
    rows = rows.mutate(place=ibis.row_number().over(inner)).join(sizes, block)
    return rows.select("record", "label", "entity", "names", _rank=rows.place + rows.before)


def key_order(key: StringValue) -> tuple[Value, Value]:
    """Keys in order: numbers as numbers and before texts."""
    return ibis.coalesce(key.try_cast("int64"), 2**63 - 1), key


MOVED = """
SELECT record, label, w.entity, d.entity, coalesce(d.rule, '') FROM described d FULL JOIN (
  SELECT from_id AS record, to_label AS label, to_id AS entity FROM ({edges})
  WHERE type = 'DESCRIBES') w USING (record, label)
WHERE d.entity IS DISTINCT FROM w.entity ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that describes another thing than it did, and by what rule."""

    record: str
    label: str
    was: str
    becomes: str
    rule: str


def moved(db: Any, wanted: Wanted) -> list[Moved]:
    """The records that describe other things than those that the graph should hold."""
    rows = db.raw_sql(MOVED.format(edges=wanted.edges_sql())).fetchall()
    return [Moved(*row) for row in rows]
