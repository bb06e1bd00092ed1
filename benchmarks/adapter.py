"""What an adapter of BioCypher needs to know to map the staged rows: tables, keys and links.

It is the plainest adapter there can be, and has less to do than ours: a row is a record and a thing
with the row's columns as properties, parameters are properties of their owner, links are edges. It
converts no unit and no time, looks nothing up, and tells no two things that are one.
"""

from pathlib import Path
from typing import Any

from migrators.mapping import Mapping, read_mapping
from migrators.mapping.paths import Path as Way
from migrators.mapping.rules import EdgeRule, parameter_columns
from migrators.mapping.values import name_of
from migrators.report.proof import snapshots
from migrators.staging import Snapshot


def plan(home: Path) -> dict[str, Any]:
    """The tables of every staged source of a data directory that have rows, with their links."""
    found: dict[str, Any] = {"tables": [], "parameters": []}
    for snapshot in snapshots(home):
        mapping = read_mapping(f"migrators.{snapshot.system}")
        filled = {name for name, table in snapshot.tables.items() if table.rows}
        found["tables"] += [_table(snapshot, mapping, name) for name in sorted(filled)]
        found["parameters"] += [
            {
                "source": snapshot.name,
                "table": rule.table,
                "owner": rule.owner.split(">"),
                "type": rule.name.split(">")[0],
                "value": rule.value,
                "names": sorted(map(name_of, parameter_columns(mapping, rule.owner.split(">")[1]))),
            }
            for rule in mapping.parameters
            if rule.table in filled and ">" in rule.owner
        ]
    return found


def _table(snapshot: Snapshot, mapping: Mapping, name: str) -> dict[str, Any]:
    table = snapshot.tables[name]
    labels = [rule.label for rule in mapping.nodes if rule.table == name]
    key = mapping.key_of(name) if name in mapping.tables else table.shape.key
    found = [table.shape.column(column) for column in key]
    return {
        "source": snapshot.name,
        "table": name,
        "files": [str(file.resolve()) for file in snapshot.files(table)],
        "key": [column.name for column in found if column is not None],
        "label": labels[0] if labels else None,
        "columns": [column.name for column in table.shape.columns],
        "links": [link for rule in mapping.edges if rule.table == name for link in _link(rule)],
    }


def _link(rule: EdgeRule) -> list[list[str]]:
    """An edge that a row tells without any other: its type and both ends, a column and a table."""
    if rule.where or not _near(rule.target) or not (rule.source == "." or _near(rule.source)):
        return []
    return [[rule.type, *_end(rule.source), *_end(rule.target)]]


def _near(text: str) -> bool:
    if text.startswith("="):
        return False
    steps = Way.parse(text).steps
    return len(steps) == 1 and not steps[0].back


def _end(text: str) -> list[str]:
    steps = Way.parse(text).steps
    return [steps[0].column, steps[0].table] if steps else ["", ""]
