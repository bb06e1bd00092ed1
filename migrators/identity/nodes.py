"""The nodes of things and of records, from what the mapped tables say."""

from collections.abc import Sequence
from typing import Any

import ibis
from ibis.expr.types import Table

from graph.model import Label
from migrators.identity.hashes import content_hash
from migrators.identity.origin import Origin
from migrators.mapping.facts import believed, stored_columns
from migrators.staging.chain import union


def nodes_of(
    backend: Any, origins: Sequence[Origin], label: Label, described: Table
) -> Table | None:
    """The nodes of a label: those of which `described` has records; None where nobody tells any.

    `described` has record, label, entity and `_rank`.
    """
    queries = [text for origin in origins for text in origin.mapped.told(label.name)]
    if not queries:
        return None
    backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW told_{label.name} AS {union(queries)}")
    told = backend.table(f"told_{label.name}")
    columns = [name for name in stored_columns(label) if name in told.columns]
    mine = described.filter(described.label == label.name)
    nodes = believed(told, mine.select("record", "entity", "_rank"), columns)
    nodes = nodes.rename(id="entity")
    for name, value in _defaults(origins, label.name).items():
        if name not in nodes.columns:
            nodes = nodes.mutate(**{name: ibis.literal(value)})
        nodes = nodes.mutate(**{name: ibis.coalesce(nodes[name], value)})
    nodes = _groups(backend, nodes) if label.name == "Dataset" else nodes
    # The order of columns takes part in the hash, so it must not hang on which tables tell.
    ordered = ["id", *sorted(name for name in nodes.columns if name != "id")]
    return nodes.select(*ordered)


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
  FROM said_folds{chosen} WHERE detail IS NOT NULL GROUP BY ALL
) GROUP BY owner"""


def record_nodes(backend: Any, only: str | None) -> Table:
    """The nodes of source records; `only` names a table of those that are asked for."""
    chosen = f" SEMI JOIN (SELECT id AS owner FROM {only}) USING (owner)" if only else ""
    backend.raw_sql(DETAILS.replace("{chosen}", chosen))
    records, folds = backend.table("said_records"), backend.table("said_folds")
    if only:
        keys = backend.table(only)
        records = records.semi_join(keys, records.record == keys.id)
        folds = folds.semi_join(keys, folds.owner == keys.id)
    counts = folds.group_by("owner").agg(folded=lambda rows: rows.count())
    details = backend.table("details").rename(at="owner")
    rows = records.left_join(counts, records.record == counts.owner)
    rows = rows.left_join(details, rows.record == details["at"])
    rows = rows.select(
        "source", "table", "key", "details", id=rows.record, content=rows["hash"],
        row=rows.row.cast("string"),
        folded=ibis.coalesce(rows.folded, 0),
    )  # fmt: skip
    return rows.mutate(hash=content_hash(rows, ("id", "content", "folded", "details")))
