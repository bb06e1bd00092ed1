"""Resolve the mapped tables of every source into the nodes and edges the graph should hold.

An entity's id comes with it from the mapping; two records with one id are one thing. What
is believed of it is what the first of its records says: first the one that names it, then
by the rank of sources, by table and by key, numbers as numbers. So the same input gives
the same graph in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import StringValue, Table, Value

from graph.engine.embedded import make_private
from graph.model import Model
from migrators.mapping import Mapped, Mapping
from migrators.mapping.facts import believed, stored_columns
from migrators.mapping.mapped import connect

BASES = ("asserted", "reported", "inferred")
"""How an edge can be known, the strongest first."""

EDGE_COLUMNS = ("basis", "rule", "role", "distance")


@dataclass(frozen=True, slots=True)
class Origin:
    """The mapped tables of one source, its name, and the rules that made them."""

    name: str
    mapped: Mapped
    mapping: Mapping


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
    ranked = _ranked(backend, origins)
    described = backend.create_table("described", ranked, temp=True)
    labels = []
    wanted = Wanted(folder, ())
    for label in model.labels:
        nodes = _nodes(backend, origins, described, label, model)
        if nodes is not None:
            backend.to_parquet(nodes, wanted.nodes(label))
            labels.append(label)
    backend.to_parquet(_records(backend, origins), wanted.nodes("SourceRecord"))
    backend.to_parquet(_edges(backend, origins, described), wanted.edges)
    backend.disconnect()
    return Wanted(folder, (*labels, "SourceRecord"))


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
    order = [~rows.names, rows.source_rank, rows.table, *key_order(rows.key)]
    number = ibis.row_number().over(ibis.window(order_by=order))
    return rows.select("record", "label", "entity", "names", _rank=number)


def key_order(key: StringValue) -> tuple[Value, Value]:
    """Keys in order: numbers as numbers and before texts."""
    return ibis.coalesce(key.try_cast("int64"), 2**63 - 1), key


def _nodes(
    backend: Any, origins: Sequence[Origin], described: Table, label: str, model: Model
) -> Table | None:
    files = [file for origin in origins for file in origin.mapped.told(label)]
    if not files:
        return None
    told = backend.read_parquet(files, union_by_name=True)
    kinds = stored_columns(model.labels[label])
    columns = [name for name in kinds if name in told.columns]
    mine = described.filter(described.label == label)
    nodes = believed(told, mine.select("record", "entity", "_rank"), columns)
    nodes = nodes.rename(id="entity")
    for name, value in _defaults(origins, label).items():
        if name not in nodes.columns:
            nodes = nodes.mutate(**{name: ibis.literal(value)})
        nodes = nodes.mutate(**{name: ibis.coalesce(nodes[name], value)})
    return nodes.mutate(hash=content_hash(nodes))


def _defaults(origins: Sequence[Origin], label: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in reversed(origins):
        for rule in origin.mapping.nodes:
            if rule.label == label:
                found.update(rule.defaults)
    return found


def _records(backend: Any, origins: Sequence[Origin]) -> Table:
    records = _all(backend, origins, "records")
    folds = _all(backend, origins, "folds")
    counts = (
        folds.filter(folds.owner.notnull()).group_by("owner").agg(folded=lambda rows: rows.count())
    )
    rows = records.left_join(counts, records.record == counts.owner)
    rows = rows.select(
        "source", "table", "key", id=rows.record, content=rows["hash"],
        row=rows.row,
        folded=ibis.coalesce(rows.folded, 0),
    )  # fmt: skip
    return rows.mutate(hash=content_hash(rows, ("id", "content", "folded")))


def _edges(backend: Any, origins: Sequence[Origin], described: Table) -> Table:
    said = _all(backend, origins, "edges")
    ends = described.select("record", "label", "entity")
    left = ends.rename(from_record="record", from_label="label", from_id="entity")
    right = ends.rename(to_record="record", to_label="label", to_id="entity")
    rows = said.join(left, ["from_record", "from_label"]).join(right, ["to_record", "to_label"])
    rows = rows.filter((rows.from_label != rows.to_label) | (rows.from_id != rows.to_id))
    strength = ibis.cases(*[(rows.basis == name, n) for n, name in enumerate(BASES)], else_=9)
    rows = rows.mutate(strength=strength)
    grouped = rows.group_by(["type", "from_label", "from_id", "to_label", "to_id"]).agg(
        basis=rows.basis.first(order_by=[rows.strength, rows.rule]),
        rule=rows.rule.first(order_by=[rows.strength, rows.rule]),
        role=rows.role.max(),
        distance=rows.distance.try_cast("float64").min(),
        by=rows.by.collect(distinct=True).sort(),
    )
    describing = described.select(
        type=ibis.literal("DESCRIBES"),
        from_label=ibis.literal("SourceRecord"),
        from_id=described.record,
        to_label=described.label,
        to_id=described.entity,
        basis=ibis.literal("asserted"),
        rule=described.names.ifelse("own record", "detail"),
        role=ibis.null("string"),
        distance=ibis.null("float64"),
        by=ibis.array([described.record]),
    )
    edges = grouped.union(describing, distinct=False)
    return edges.mutate(hash=content_hash(edges))


@ibis.udf.scalar.builtin(name="md5")
def _md5(value: str) -> str:  # type: ignore[empty-body]
    """The MD5 digest of a text, as DuckDB and Spark both call it."""


def content_hash(table: Table, names: Sequence[str] = ()) -> StringValue:
    """A digest of the named columns of a row, of all where none are named."""
    chosen = names or table.columns
    texts = [ibis.coalesce(table[name].cast("string"), "\x00") for name in chosen]
    return _md5(reduce(lambda left, right: left + "\x01" + right, texts))
