"""The edges between records, and the links that lead nowhere."""

import ibis
from ibis.expr.types import Table, Value

from migrators.mapping.conditions import hold, paths_of
from migrators.mapping.paths import Path
from migrators.mapping.rules import EdgeRule, Mapping
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.things import gathered
from migrators.mapping.transforms import Context
from migrators.mapping.world import World, world_id

EXTRAS = ("role", "distance")
"""Properties of edges beside basis, rule and by, as the model names them."""


COLUMNS = (
    "type", "from_label", "from_record", "to_label", "to_record", "to_id", "basis", "rule", "by",
    *EXTRAS,
)  # fmt: skip


def links(staged: Staged, mapping: Mapping, context: Context) -> dict[str, Table]:
    """Every edge between records, and every link to a row that is not there.

    `edges-<Table>` and `danglers-<Table>` for every table whose rows have any.
    """
    tables: dict[str, Table] = {}
    for name in dict.fromkeys(rule.table for rule in mapping.edges):
        edges, danglers = [], []
        for rule in mapping.edges:
            if rule.table == name and usable(staged, rule, context.flavour):
                edge, dangler = _edge(staged, rule)
                edges.append(edge)
                danglers += [] if dangler is None else [dangler]
        if edges:
            tables[f"edges-{name}"] = gathered(edges)
        if danglers:
            tables[f"danglers-{name}"] = gathered(danglers)
    return tables


def usable(staged: Staged, rule: EdgeRule, flavour: str) -> bool:
    """Whether the source has what the rule speaks of, and is of its flavour."""
    if rule.flavour and rule.flavour != flavour:
        return False
    if not staged.filled(rule.table):
        return False
    for text in (rule.source, "." if rule.target.startswith("=") else rule.target):
        table = rule.table
        for step in Path.parse(text).steps:
            if not (staged.has(table, step.column) and staged.has(step.table)):
                return False
            table = step.table
    return True


def _edge(staged: Staged, rule: EdgeRule) -> tuple[Table, Table | None]:
    named = World.parse(rule.target[1:]) if rule.target.startswith("=") else None
    source, target = Path.parse(rule.source), Path.parse("." if named else rule.target)
    paths = [source, target, *paths_of(rule.where)]
    wide = staged.widened(rule.table, paths, rule.extra.values(), rule.split)
    rows = wide.table
    extras: dict[str, Value] = {}
    for name in EXTRAS:
        column = rule.extra.get(name)
        value = staged.column(rows, rule.table, column) if column else ibis.null("string")
        extras[name] = value.cast("string")
    chosen = {
        "type": ibis.literal(rule.type),
        "from_label": ibis.literal(rule.source_label),
        "from_record": wide.record(source),
        "to_label": ibis.literal(rule.target_label),
        "to_record": ibis.null("string") if named else wide.record(target),
        "to_id": _world(wide, named) if named else ibis.null("string"),
        "basis": ibis.literal(rule.basis),
        "rule": ibis.literal(rule.rule),
        "by": wide.record(Path.parse(".")),
        **extras,
    }
    if rule.where:
        rows = rows.filter(hold(wide, rule.where))
    told = rows.select(**chosen)
    there = told.to_record.notnull() | told.to_id.notnull()
    good = told.filter(told.from_record.notnull() & there)
    if not target.steps or target.steps[-1].back:
        return good, None
    link = wide.link(target)
    leads = link.notnull() & (link.cast("string") != "0") & wide.record(target).isnull()
    lost = rows.filter(leads).select(
        rule=ibis.literal(rule.rule),
        by=wide.record(Path.parse(".")),
        column=ibis.literal(f"{rule.table}: {rule.target}"),
        value=link.cast("string"),
    )
    return good, lost


def _world(wide: Widened, named: World) -> Value:
    parts = [wide.staged.column(wide.table, wide.name, column) for column in named.columns]
    return world_id(named.prefix, parts, wide.staged.snapshot.facility)
