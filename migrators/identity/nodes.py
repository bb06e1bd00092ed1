"""The nodes of things and of records, from what the mapped tables say."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.model import Label
from graph.values import KEYS
from migrators.identity.believed import chosen
from migrators.identity.hashes import hash_of
from migrators.identity.orders import order_columns
from migrators.identity.origin import Origin
from migrators.mapping.facts import stored_columns
from migrators.mapping.parts import beside, divided, parts_of
from migrators.staging.chain import union

SAID = """
SELECT d.entity AS id, d._rank * 2 + {prior} AS _order, '{system}' AS _system{columns}
FROM {told} t JOIN (
  SELECT record, entity, _rank FROM {described} WHERE label = '{label}'
) d ON d.record = t.record"""
"""What every record says of the thing it describes, totals before what a row itself says.

The narrow side stands last: it is the one that is held in memory (`AS_WRITTEN`).
"""

ASKED = """
CREATE OR REPLACE TEMP TABLE asked_{place} AS
SELECT * FROM {described} WHERE label = '{label}' AND record IN (SELECT record FROM ({told}))"""
"""What the records of one table describe: beside wide rows it has to be held in memory."""


AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"
"""Of wide rows and narrow ones the engine would hold the fewer, and they do not fit."""

ROWS = 40_000
"""What about so many records say is gathered at once."""

GROUP = """
CASE WHEN id IN (SELECT d.entity FROM described d JOIN parts p ON p.whole = d.record
  WHERE d.label = 'Dataset') THEN 'group' ELSE kind END AS kind"""


def nodes_of(
    db: Any, origins: Sequence[Origin], label: Label, described: str, drafts: Path
) -> list[str]:
    """Queries that give the nodes of a label together; none where nobody tells any.

    Of each property what the first record that knows it says, in the order of `_rank`, or what
    `believed.tsv` says.

    Parameters
    ----------
    described
        A table of the records of the nodes that are asked for: record, label, entity, `_rank`.
    drafts
        A folder for what is between.
    """
    told = [(text, origin.system) for origin in origins for text in origin.mapped.told(label.name)]
    if not told:
        return []
    count = parts_of(db, f"{described} WHERE label = '{label.name}'", ROWS)
    said = []
    for place, (text, system) in enumerate(told):
        asked = _asked(db, text, label, described, place) if count > 1 else described
        said.append(_said(db, text, system, label, asked))
    there = {str(row[0]) for row in db.raw_sql(f"DESCRIBE {union(said)}").fetchall()}
    columns = [name for name in stored_columns(label) if name in there]
    db.raw_sql(AS_WRITTEN)
    folder = drafts / f"said-{label.name}"
    parts = divided(db, said, "id", count, folder) if count > 1 else [beside(db, said, folder)]
    db.raw_sql("RESET disabled_optimizers")
    values = "".join(f', {chosen(label.name, name)} AS "{name}"' for name in columns)
    defaults = _defaults(origins, label.name)
    found = []
    for part in parts:
        text = f"SELECT id{values} FROM ({part}) GROUP BY id"
        rows, names = _defaulted(text, columns, defaults)
        if label.name == "Dataset":
            rows = f"SELECT * REPLACE ({GROUP}) FROM ({rows})"
        found.append(finished(rows, sorted(names), label))
    return found


def _asked(db: Any, told: str, label: Label, described: str, place: int) -> str:
    """A table of what the records of one table describe."""
    words = {"place": place, "described": described, "label": label.name, "told": told}
    db.raw_sql(ASKED.format(**words))
    return f"asked_{place}"


def _said(db: Any, told: str, system: str, label: Label, described: str) -> str:
    """What the records of one table say of the things of a label."""
    there = {str(row[0]) for row in db.raw_sql(f"DESCRIBE {told}").fetchall()}
    return SAID.format(
        columns="".join(f', t."{name}"' for name in stored_columns(label) if name in there),
        prior="coalesce(t._prior, 1)" if "_prior" in there else "1",
        described=described, told=f"({told})", label=label.name, system=system,
    )  # fmt: skip


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
    digest = hash_of(hashed or ("id", *columns), f"keys {KEYS}")
    keys = order_columns(label, columns)
    return f"SELECT *, {digest} AS hash{keys} FROM ({rows})"


def _defaults(origins: Sequence[Origin], label: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in reversed(origins):
        for rule in origin.mapping.nodes:
            if rule.label == label:
                found.update(rule.defaults)
    return found


SAID_RECORDS = """
SELECT 'record' AS what, r.record AS id, r.source, r."table", r.key, r.hash AS content,
  r.row::VARCHAR AS row FROM said_records r{chosen}
UNION ALL BY NAME
SELECT 'folds' AS what, owner AS id, count(*) AS folded FROM said_folds{owned} GROUP BY owner
UNION ALL BY NAME
SELECT 'detail' AS what, owner AS id, "table", key, detail FROM said_folds{owned}
WHERE detail IS NOT NULL"""
"""Records, how many rows are folded into each, and what those say: most of them say nothing."""

RECORDS = """
WITH said AS ({said})
SELECT r.source, r."table", r.key, d.details, r.id, r.content, r.row,
  coalesce(n.folded, 0)::BIGINT AS folded
FROM (FROM said WHERE what = 'record') r
LEFT JOIN (FROM said WHERE what = 'folds') n ON n.id = r.id
LEFT JOIN (
  SELECT id,
    '{{' || string_agg(to_json("table") || ':[' || items || ']', ',' ORDER BY "table")
      || '}}' AS details
  FROM (
    SELECT id, "table", string_agg(detail, ',' ORDER BY
      coalesce(TRY_CAST(key AS BIGINT), 9223372036854775807), key) AS items
    FROM said WHERE what = 'detail' GROUP BY ALL
  ) GROUP BY id
) d ON d.id = r.id"""

RECORD_ROWS = 200_000
"""About so many records are put together at once."""


def record_nodes(db: Any, label: Label, only: str | None, drafts: Path) -> list[str]:
    """Queries that give the nodes of source records together.

    Parameters
    ----------
    only
        A table of the ids that are asked for; None where all are.
    """
    chosen = f" SEMI JOIN {only} k ON k.id = r.record" if only else ""
    owned = f" f SEMI JOIN {only} k ON k.id = f.owner" if only else ""
    said = SAID_RECORDS.format(chosen=chosen, owned=owned)
    count = parts_of(db, only or "said_records", RECORD_ROWS)
    parts = divided(db, [said], "id", count, drafts / "said-records")
    hashed = ("id", "content", "folded", "details")
    return [finished(RECORDS.format(said=part), (), label, hashed) for part in parts]
