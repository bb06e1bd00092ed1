"""What the records of a source are recognised by in another one."""

from ibis.expr.types import Table

from migrators.mapping.rules import Mapping
from migrators.mapping.staged import Path, Staged
from migrators.mapping.transforms import TRANSFORMS, Context


def keys_of(staged: Staged, mapping: Mapping, label: str, context: Context) -> dict[str, Table]:
    """For every table of a label its records with their keys, as text; one row a record."""
    tables = {}
    for name in dict.fromkeys(rule.table for rule in mapping.keys if rule.label == label):
        if not staged.filled(name):
            continue
        rules = [rule for rule in mapping.keys if (rule.table, rule.label) == (name, label)]
        paths = {text: Path.parse(text) for rule in rules for text in rule.columns}
        wide = staged.widened(name, list(paths.values()))
        values = {
            rule.key: TRANSFORMS[rule.transform](
                [wide.value(paths[text]) for text in rule.columns], context
            ).cast("string")
            for rule in rules
        }
        rows = wide.table.select(record=wide.record(Path.parse(".")), **values)
        # A link backwards may repeat a row, as with a visit at two beamlines: the first counts.
        tables[name] = rows.group_by("record").agg(**{key: rows[key].min() for key in values})
    return tables
