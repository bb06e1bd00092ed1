"""Rules for a source that holds several facilities: what a thing is called hangs on its row's own.

Proposals and instruments are called by facility and name, and records are compared within one
facility. Where a source holds one, that is asked of nobody: its rules stay as they are written.
"""

from dataclasses import replace

from migrators.mapping.rules import KeyRule, Mapping, NodeRule, PropertyRule, read_mapping
from migrators.mapping.world import OF, slug
from migrators.staging import Snapshot
from ontologies.tables import read_table

KEY = "facility"


def mapping_of(snapshot: Snapshot) -> Mapping:
    """The rules for a snapshot."""
    package = f"migrators.{snapshot.system}"
    mapping = read_mapping(package)
    several = len({slug(name) for name in snapshot.facilities}) > 1
    if not several:
        return mapping
    paths = {row["table"]: row["path"] for row in read_table(package, "facilities.tsv")}
    labels = {(rule.table, rule.label) for rule in mapping.keys if rule.table in paths}
    keys = tuple(
        KeyRule(table, label, KEY, (paths[table],), "facility_key")
        for table, label in sorted(labels)
    )
    return replace(
        mapping,
        nodes=tuple(_named(rule, paths) for rule in mapping.nodes),
        properties=tuple(_told(rule, paths) for rule in mapping.properties),
        keys=(*mapping.keys, *keys),
    )


def _named(rule: NodeRule, paths: dict[str, str]) -> NodeRule:
    if rule.table not in paths or not rule.world.startswith(("proposal:", "instrument:")):
        return rule
    return replace(rule, world=f"{rule.world}{OF}{paths[rule.table]}")


def _told(rule: PropertyRule, paths: dict[str, str]) -> PropertyRule:
    if rule.transform != "facility" or rule.table not in paths:
        return rule
    return replace(rule, columns=(paths[rule.table],))
