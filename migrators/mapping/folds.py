"""Rows without a node: what they are folded into."""

import ibis
from ibis.expr.types import Table

from migrators.mapping.rules import Mapping
from migrators.mapping.staged import Path, Staged, record_id
from migrators.mapping.things import chosen_of, gathered, hex_of
from migrators.staging.chunks import HASH


def folds(staged: Staged, mapping: Mapping) -> Table:
    """One row for every folded row: table, key, hash, and the record that owns it.

    A lookup, such as a detector, is owned by nobody.
    """
    tables = []
    for rule in mapping.folded:
        if not staged.filled(rule.table):
            continue
        paths = [Path.parse(rule.owner)] if rule.owner else []
        wide = staged.widened(rule.table, paths)
        own = wide.record(Path.parse("."))
        start = len(f"{staged.snapshot.name}:{rule.table}:")
        told = wide.table.select(
            record=own,
            source=ibis.literal(staged.snapshot.name),
            table=ibis.literal(rule.table),
            key=own.substr(start),
            hash=hex_of(wide.table[HASH]),
            owner=wide.record(paths[0]) if paths else ibis.null("string"),
        )
        if any(node.table == rule.table for node in mapping.nodes):
            stands = chosen_of(staged, mapping, rule.table)
            told = (
                told.limit(0) if stands is None else told.filter(~told.record.isin(stands.record))
            )
        tables.append(told.drop("record"))
    return gathered(tables, dict.fromkeys(("source", "table", "key", "hash", "owner"), "string"))


def refusals(staged: Staged, mapping: Mapping) -> Table:
    """Every row that was refused: table, key, reason and hash."""
    tables = []
    for name in mapping.tables:
        if not staged.filled(name):
            continue
        rows = staged.refused(name)
        parts = [
            ibis.coalesce(staged.column(rows, name, key).cast("string"), "?")
            for key in staged.keys[name]
        ]
        tables.append(
            rows.select(
                table=ibis.literal(name),
                key=record_id("", "", parts).substr(2),
                reason=rows.reason,
                hash=hex_of(rows[HASH]),
            )
        )
    return gathered(tables, dict.fromkeys(("table", "key", "reason", "hash"), "string"))
