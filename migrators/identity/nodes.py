"""The nodes of things and of records, from what the mapped tables say."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.model import Label
from migrators.identity.hashes import hash_of
from migrators.identity.orders import order_columns
from migrators.identity.origin import Origin
from migrators.mapping.facts import stored_columns
from migrators.staging.chain import union

BELIEVED = """
SELECT d.entity AS id{columns}
FROM {described} d LEFT JOIN ({told}) t ON t.record = d.record
WHERE d.label = '{label}' GROUP BY d.entity HAVING count(t.record) > 0"""

GROUP = """
CASE WHEN id IN (SELECT d.entity FROM described d JOIN parts p ON p.whole = d.record
  WHERE d.label = 'Dataset') THEN 'group' ELSE kind END AS kind"""


def nodes_of(db: Any, origins: Sequence[Origin], label: Label, described: str) -> str | None:
    """A query of the nodes of a label; None where nobody tells any.

    Of each property what the first record that knows it says: in the order of `_rank`, totals
    before what a row itself says.

    Parameters
    ----------
    described
        A table of the records of the nodes that are asked for: record, label, entity, `_rank`.
    """
    queries = [text for origin in origins for text in origin.mapped.told(label.name)]
    if not queries:
        return None
    view = f"told_{label.name}"
    db.raw_sql(f"CREATE OR REPLACE TEMP VIEW {view} AS {union(queries)}")
    there = {str(row[0]) for row in db.raw_sql(f"DESCRIBE {view}").fetchall()}
    columns = [name for name in stored_columns(label) if name in there]
    prior = "coalesce(t._prior, 1)" if "_prior" in there else "1"
    told = "".join(f', arg_min(t."{name}", d._rank * 2 + {prior}) AS "{name}"' for name in columns)
    text = BELIEVED.format(columns=told, described=described, told=f"FROM {view}", label=label.name)
    rows, columns = _defaulted(text, columns, _defaults(origins, label.name))
    if label.name == "Dataset":
        rows = f"SELECT * REPLACE ({GROUP}) FROM ({rows})"
    return finished(rows, sorted(columns), label)


def _defaulted(rows: str, columns: list[str], defaults: Mapping[str, str]) -> tuple[str, list[str]]:
    """What things are unless a row says otherwise."""
    known = [
        f"coalesce({name}, '{value}') AS {name}"
        for name, value in defaults.items()
        if name in columns
    ]
    more = [f"'{value}' AS {name}" for name, value in defaults.items() if name not in columns]
    if known:
        rows = f"SELECT * REPLACE ({', '.join(known)}) FROM ({rows})"
    if more:
        rows = f"SELECT *, {', '.join(more)} FROM ({rows})"
    return rows, [*columns, *(name for name in defaults if name not in columns)]


def finished(rows: str, columns: Sequence[str], label: Label, hashed: Sequence[str] = ()) -> str:
    """Nodes with their hash and the keys of their order."""
    digest = hash_of(hashed or ("id", *columns))
    keys = order_columns(label, columns)
    return f"SELECT *, {digest} AS hash{keys} FROM ({rows})"


def _defaults(origins: Sequence[Origin], label: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in reversed(origins):
        for rule in origin.mapping.nodes:
            if rule.label == label:
                found.update(rule.defaults)
    return found


RECORDS = """
SELECT r.source, r."table", r.key, d.details, r.record AS id, r.hash AS content,
  r.row::VARCHAR AS row, coalesce(d.folded, 0) AS folded
FROM said_records r{chosen} LEFT JOIN (
  SELECT owner, sum(n)::BIGINT AS folded,
    '{{' || string_agg(to_json("table") || ':[' || items || ']', ',' ORDER BY "table")
      FILTER (items IS NOT NULL) || '}}' AS details
  FROM (
    SELECT owner, "table", count(*) AS n, string_agg(detail, ',' ORDER BY
      coalesce(TRY_CAST(key AS BIGINT), 9223372036854775807), key) AS items
    FROM said_folds{owned} GROUP BY ALL
  ) GROUP BY owner
) d ON d.owner = r.record"""


def record_nodes(label: Label, only: str | None) -> str:
    """A query of the nodes of source records; `only` names a table of the ids asked for."""
    chosen = f" SEMI JOIN {only} k ON k.id = r.record" if only else ""
    owned = f" f SEMI JOIN {only} k ON k.id = f.owner" if only else ""
    rows = RECORDS.format(chosen=chosen, owned=owned)
    return finished(rows, (), label, ("id", "content", "folded", "details"))
