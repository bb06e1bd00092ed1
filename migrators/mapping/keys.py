"""What the records of a source are recognised by in another one."""

import ibis
from ibis.expr.types import Table, Value

from migrators.mapping.paths import Path
from migrators.mapping.rules import Mapping
from migrators.mapping.spelling import nfc
from migrators.mapping.staged import Staged
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
        values: dict[str, Value] = {}
        for rule in rules:
            columns = [wide.value(paths[text]) for text in rule.columns]
            value = nfc(TRANSFORMS[rule.transform](columns, context))
            known = values.get(rule.key)
            # Of two ways to one key, as versions of a schema have them, the first that leads on.
            values[rule.key] = value if known is None else ibis.coalesce(known, value)
        rows = wide.table.select(record=wide.record(Path.parse(".")), **values)
        # A link backwards may repeat a row, as with a visit at two beamlines: the first counts.
        tables[name] = rows.group_by("record").agg(**{key: rows[key].min() for key in values})
    return tables
