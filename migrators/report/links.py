"""Every reference of a source, and what became of it: an edge, part of a row, or a dangler."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from migrators.mapping import Mapped, Mapping
from migrators.mapping.addresses import record_sql
from migrators.mapping.touched import joining
from migrators.staging import Snapshot
from migrators.staging.chain import scan
from migrators.staging.shape import Link
from migrators.staging.snapshot import StagedTable

SETUP = """
CREATE TEMP TABLE stands AS SELECT DISTINCT record, label, entity FROM ({things});
CREATE TEMP TABLE told AS SELECT DISTINCT "by" AS record, rule FROM ({edges});"""

PLAIN = """
SELECT count(*), count(*) FILTER (p.k IS NULL), 0, 0, count(*) FILTER (p.k IS NOT NULL), 0
FROM {child} c LEFT JOIN (SELECT DISTINCT {key} AS k FROM {parent}) p ON p.k = c.v"""

FULL = """
SELECT count(*), count(*) FILTER (p.k IS NULL),
  count(*) FILTER (p.k IS NOT NULL AND e.record IS NOT NULL),
  count(*) FILTER (p.k IS NOT NULL AND e.record IS NULL AND same.a IS NOT NULL),
  count(*) FILTER (p.k IS NOT NULL AND e.record IS NULL AND same.a IS NULL
    AND (a.record IS NULL OR b.record IS NULL)),
  count(*) FILTER (p.k IS NOT NULL AND e.record IS NULL AND same.a IS NULL
    AND a.record IS NOT NULL AND b.record IS NOT NULL)
FROM (SELECT *, '{source}:{parent_name}:' || v AS there FROM {child}) c
LEFT JOIN (SELECT DISTINCT {key} AS k FROM {parent}) p ON p.k = c.v
LEFT JOIN (SELECT DISTINCT record FROM told WHERE rule IN ({rules})) e ON e.record = c.record
LEFT JOIN (SELECT DISTINCT record FROM stands) a ON a.record = c.record
LEFT JOIN (SELECT DISTINCT record FROM stands) b ON b.record = c.there
LEFT JOIN (SELECT DISTINCT x.record AS a, y.record AS b FROM stands x JOIN stands y
  USING (label, entity) WHERE starts_with(x.record, '{source}:{name}:')
  AND starts_with(y.record, '{source}:{parent_name}:')) same
  ON same.a = c.record AND same.b = c.there"""


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """Where the values of one reference went: `values` is the sum of all others.

    `edges` became an edge, `one` lead to a row that tells of the same thing, `folded` begin or
    end at a row without a node, `dangling` lead nowhere, `open` are lost: a rule is missing.
    """

    table: str
    column: str
    parent: str
    values: int
    dangling: int
    edges: int
    one: int
    folded: int
    open: int

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def links_of(
    snapshot: Snapshot, mapping: Mapping, mapped: Mapped, known: Iterable[Link]
) -> list[LinkAccount]:
    """What became of every reference that has a value, declared by the source or known."""
    with duckdb.connect(config={"memory_limit": "700MB"}) as db:
        db.execute(SETUP.format(things=mapped.sql("things"), edges=mapped.sql("edges")))
        found = _filled(snapshot, known)
        told = [_account(db, snapshot, mapping, *item) for item in found]
    return [item for item in told if item.values]


def _filled(
    snapshot: Snapshot, known: Iterable[Link]
) -> Iterator[tuple[StagedTable, str, str, str]]:
    """Every reference whose table has rows: table, column, parent, column there."""
    declared = [
        (name, link.columns[0], link.parent, link.parent_columns[0])
        for name, table in snapshot.tables.items()
        for link in table.shape.foreign_keys
        if len(link.columns) == 1
    ]
    physical = {
        (table.shape.physical or name).lower(): name for name, table in snapshot.tables.items()
    }
    seen: set[tuple[str, str]] = set()
    for name, column, parent, there in (*declared, *known):
        table = snapshot.table(name)
        item = table.shape.column(column) if table else None
        if table is None or item is None or not table.rows or item.name in table.withheld:
            continue
        if (name.lower(), column.lower()) not in seen:
            seen.add((name.lower(), column.lower()))
            yield table, item.name, physical.get(parent.lower(), parent), there


def _account(
    db: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    mapping: Mapping,
    table: StagedTable,
    column: str,
    parent: str,
    there: str,
) -> LinkAccount:
    name = table.shape.name
    target = snapshot.table(parent)
    nodes = {rule.table.lower() for rule in mapping.nodes}
    both = name.lower() in nodes and parent.lower() in nodes
    rules = _rules(mapping, name, column, snapshot.flavour)
    if not rules and (name.lower(), column.lower()) in _left_out(mapping):
        both = False
    query = FULL if both else PLAIN
    rows, key = f"(SELECT 0 AS {there})", "NULL::VARCHAR"
    if target and target.rows:
        rows, key = scan(snapshot.files(target)), f'"{there}"::VARCHAR'
    words = {
        "child": _child(snapshot, mapping, table, column, full=both),
        "parent": rows,
        "key": key,
        "source": snapshot.name,
        "name": _spelled(mapping, name),
        "parent_name": _spelled(mapping, parent),
        "rules": ", ".join(f"'{rule}'" for rule in rules) or "''",
    }
    row = db.execute(query.format(**words)).fetchone() or (0,) * 6
    values, dangling, edges, one, folded, lost = (int(count) for count in row)
    return LinkAccount(name, column, parent, values, dangling, edges, one, folded, lost)


def _child(
    snapshot: Snapshot, mapping: Mapping, table: StagedTable, column: str, *, full: bool
) -> str:
    record = ""
    if full:
        name = _spelled(mapping, table.shape.name)
        keys = [table.shape.column(key) for key in mapping.key_of(name)]
        parts = [f'"{key.name}"::VARCHAR' for key in keys if key]
        record = f", {record_sql(snapshot.name, name, parts)} AS record"
    rows = scan(snapshot.files(table))
    return f'(SELECT "{column}"::VARCHAR AS v{record} FROM {rows} WHERE "{column}" IS NOT NULL)'


def _spelled(mapping: Mapping, table: str) -> str:
    """A table as the mapping spells it, and so the ids of records do."""
    return next((name for name in mapping.tables if name.lower() == table.lower()), table)


def _left_out(mapping: Mapping) -> set[tuple[str, str]]:
    """Columns that are left out for a reason: a reference among them stands in its row."""
    return {(rule.table.lower(), rule.column.lower()) for rule in mapping.left_out}


def _rules(mapping: Mapping, table: str, column: str, flavour: str) -> list[str]:
    """The edge rules that follow a reference from the row it stands in."""
    place = column.lower()
    return [
        rule.rule
        for rule in mapping.edges
        if rule.table.lower() == table.lower()
        and rule.flavour in ("", flavour)
        and any(
            word.replace("<", ">").split(">")[0].lower() == place
            for text in (rule.source, rule.target)
            for word in text.split(".")[:1]
        )
    ]


def uncovered(snapshot: Snapshot, mapping: Mapping, known: Iterable[Link]) -> list[str]:
    """References between two things of which no rule speaks at all."""
    nodes = {rule.table.lower() for rule in mapping.nodes}
    lines = joining(mapping)
    return [
        f"{table.shape.name}.{column}"
        for table, column, parent, _ in _filled(snapshot, known)
        if {table.shape.name.lower(), parent.lower()} <= nodes
        and (table.shape.name.lower(), column.lower()) not in lines
    ]
