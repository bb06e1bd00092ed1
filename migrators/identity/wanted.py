"""Resolve the mapped tables of every source into the nodes and edges the graph should hold.

An entity's id comes with it from the mapping; two records with one id are one thing, and so
are those that a rule of identity pairs. What is believed of it is what the first of its records
says: first the one that names it, then by the rank of sources, by table and by key, numbers as
numbers. So the same input gives the same graph in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import StringValue, Table, Value

from graph.engine.embedded import make_private
from graph.model import Model
from migrators.identity.clusters import cluster
from migrators.identity.edges import edges_of, part_edges
from migrators.identity.hashes import content_hash
from migrators.identity.orders import with_order_keys
from migrators.identity.origin import Origin
from migrators.identity.pairs import find_pairs
from migrators.identity.techniques import broader_edges, technique_nodes
from migrators.mapping.facts import believed, stored_columns
from migrators.mapping.mapped import connect


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the graph should hold, as Parquet: `nodes-<Label>`, `edges`.

    Every row carries a hash of what will be written.
    """

    folder: Path
    labels: tuple[str, ...]

    def nodes(self, label: str) -> Path:
        """The file of the nodes of a label: id, hash, properties."""
        return self.folder / f"nodes-{label}.parquet"

    @property
    def edges(self) -> Path:
        """The file of all edges: type, ends, basis, rule, by, hash."""
        return self.folder / "edges.parquet"


def resolve(origins: Sequence[Origin], folder: Path, model: Model) -> Wanted:
    """Write what the graph should hold of all sources together.

    Parameters
    ----------
    origins
        In the configured rank of sources, the most trusted first.
    """
    make_private(folder)
    for old in folder.glob("*.parquet"):
        old.unlink()
    backend = connect(folder)
    backend.create_table("ranked", _ranked(backend, origins), temp=True)
    backend.create_table("said_edges", _all(backend, origins, "edges"), temp=True)
    find_pairs(backend, origins)
    cluster(backend)
    described = backend.table("described")
    said = backend.table("said_edges").union(part_edges(backend))
    tables: dict[str, Table] = {}
    for label in model.labels:
        nodes = _nodes(backend, origins, label, model)
        if nodes is not None:
            tables[label] = nodes
    terms = technique_nodes(backend, said, tables.pop("Technique", None))
    more = None
    if terms is not None:
        tables["Technique"] = terms.nodes
        more = broader_edges(terms)
    wanted = Wanted(folder, (*tables, "SourceRecord"))
    for label, nodes in tables.items():
        hashed = nodes.mutate(hash=content_hash(nodes))
        backend.to_parquet(with_order_keys(hashed, model.labels[label]), wanted.nodes(label))
    backend.to_parquet(_records(backend, origins), wanted.nodes("SourceRecord"))
    backend.to_parquet(edges_of(said, described, more), wanted.edges)
    backend.disconnect()
    return wanted


def _all(backend: Any, origins: Sequence[Origin], name: str) -> Table:
    return backend.read_parquet([str(origin.mapped.file(name)) for origin in origins])


def _ranked(backend: Any, origins: Sequence[Origin]) -> Table:
    """Every record with what it describes, numbered in the order in which it is believed."""
    records = _all(backend, origins, "records")
    things = _all(backend, origins, "things")
    ranks = ibis.cases(
        *[(records.source == origin.name, place) for place, origin in enumerate(origins)],
        else_=len(origins),
    )
    rows = things.join(records.mutate(source_rank=ranks), "record")
    order = [~rows.names, rows.source_rank, rows.table, *key_order(rows.key), rows.entity]
    number = ibis.row_number().over(ibis.window(order_by=order))
    return rows.select("record", "label", "entity", "names", _rank=number)


def key_order(key: StringValue) -> tuple[Value, Value]:
    """Keys in order: numbers as numbers and before texts."""
    return ibis.coalesce(key.try_cast("int64"), 2**63 - 1), key


def _nodes(backend: Any, origins: Sequence[Origin], label: str, model: Model) -> Table | None:
    files = [file for origin in origins for file in origin.mapped.told(label)]
    if not files:
        return None
    told = backend.read_parquet(files, union_by_name=True)
    kinds = stored_columns(model.labels[label])
    columns = [name for name in kinds if name in told.columns]
    described = backend.table("described")
    mine = described.filter(described.label == label)
    nodes = believed(told, mine.select("record", "entity", "_rank"), columns)
    nodes = nodes.rename(id="entity")
    for name, value in _defaults(origins, label).items():
        if name not in nodes.columns:
            nodes = nodes.mutate(**{name: ibis.literal(value)})
        nodes = nodes.mutate(**{name: ibis.coalesce(nodes[name], value)})
    return _groups(backend, nodes) if label == "Dataset" else nodes


def _groups(backend: Any, nodes: Table) -> Table:
    """A dataset that several collections are parts of is a group, whatever its source says."""
    described, parts = backend.table("described"), backend.table("parts")
    whole = described.filter(described.label == "Dataset").semi_join(
        parts, described.record == parts.whole
    )
    return nodes.mutate(kind=nodes.id.isin(whole.entity).ifelse("group", nodes.kind))


def _defaults(origins: Sequence[Origin], label: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in reversed(origins):
        for rule in origin.mapping.nodes:
            if rule.label == label:
                found.update(rule.defaults)
    return found


DETAILS = """
CREATE OR REPLACE TEMP TABLE details AS
SELECT owner, '{' || string_agg(to_json("table") || ':[' || items || ']', ',' ORDER BY "table")
  || '}' AS details
FROM (
  SELECT owner, "table",
    string_agg(detail, ',' ORDER BY coalesce(TRY_CAST(key AS BIGINT), 9223372036854775807), key)
      AS items
  FROM read_parquet([{files}]) WHERE detail IS NOT NULL GROUP BY ALL
) GROUP BY owner"""


def _records(backend: Any, origins: Sequence[Origin]) -> Table:
    records = _all(backend, origins, "records")
    folds = _all(backend, origins, "folds")
    counts = folds.group_by("owner").agg(folded=lambda rows: rows.count())
    files = ", ".join(f"'{origin.mapped.file('folds')}'" for origin in origins)
    backend.raw_sql(DETAILS.replace("{files}", files))
    details = backend.table("details").rename(at="owner")
    rows = records.left_join(counts, records.record == counts.owner)
    rows = rows.left_join(details, rows.record == details["at"])
    rows = rows.select(
        "source", "table", "key", "details", id=rows.record, content=rows["hash"],
        row=rows.row,
        folded=ibis.coalesce(rows.folded, 0),
    )  # fmt: skip
    return rows.mutate(hash=content_hash(rows, ("id", "content", "folded", "details")))
