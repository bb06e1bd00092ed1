"""Map one snapshot and keep the result as Parquet beside it."""

import hashlib
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import ibis

from graph.engine.embedded import make_private
from graph.model import Model
from migrators.mapping.facts import told_of
from migrators.mapping.folds import folds, refusals
from migrators.mapping.keys import keys_of
from migrators.mapping.links import links
from migrators.mapping.paths import Path
from migrators.mapping.rules import Mapping, parameter_columns
from migrators.mapping.staged import Staged
from migrators.mapping.things import records, things
from migrators.mapping.transforms import Context
from migrators.staging import Snapshot

MEMORY = "1GB"
VERSION = 3
"""Of the form of the tables and of what the transforms mean: older ones are made anew."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The tables that the mapping of one source gave, one Parquet file each.

    `records`, `things`, `edges`, `danglers`, `folds`, `refused`; for every label that a table
    of the source tells of `told-<Label>-<Table>`, and `keys-<Label>-<Table>` with what its
    records are recognised by.
    """

    folder: FilePath

    def file(self, name: str) -> FilePath:
        """The file of one table."""
        return self.folder / f"{name}.parquet"

    def told(self, label: str) -> list[str]:
        """The files of what the source tells of a label; each has columns of its own."""
        return [str(path) for path in sorted(self.folder.glob(f"told-{label}-*.parquet"))]

    def keys(self, label: str) -> list[str]:
        """The files of what records of a label are recognised by."""
        return [str(path) for path in sorted(self.folder.glob(f"keys-{label}-*.parquet"))]


def connect(folder: FilePath) -> Any:
    """The engine that runs the expressions; spills beside the data, never grows unbounded."""
    make_private(folder)
    backend = ibis.duckdb.connect(
        memory_limit=MEMORY, temp_directory=str(folder / "spill"), preserve_insertion_order=False
    )
    backend.raw_sql("SET TimeZone = 'UTC'")
    backend.raw_sql("SET enable_progress_bar = false")  # stdout is for answers
    return backend


def mapped_of(snapshot: Snapshot, mapping: Mapping, model: Model) -> Mapped:
    """The tables of a snapshot, made anew where a run was cut off before they were whole."""
    mapped = Mapped(snapshot.folder / "mapped")
    done = mapped.folder / "done"
    if done.exists() and done.read_text(encoding="utf-8") == _made_of(snapshot, mapping):
        return mapped
    return map_snapshot(snapshot, mapping, model)


def _made_of(snapshot: Snapshot, mapping: Mapping) -> str:
    """What the tables were made of: the snapshot, the rules, and the code that runs them."""
    rules = hashlib.blake2b(repr(mapping).encode(), digest_size=12).hexdigest()
    return f"{snapshot.taken} {rules} {VERSION}"


def map_snapshot(snapshot: Snapshot, mapping: Mapping, model: Model) -> Mapped:
    """Run every rule over a snapshot and write the tables."""
    folder = snapshot.folder / "mapped"
    make_private(folder)
    (folder / "done").unlink(missing_ok=True)
    for old in folder.glob("*.parquet"):
        old.unlink()
    keys: Dict[str, tuple[str, ...]] = {name: mapping.key_of(name) for name in mapping.tables}
    backend = connect(folder)
    values = {
        owner: (rule, parameter_columns(mapping, owner))
        for rule in mapping.parameters
        for owner in (Path.parse(rule.owner).steps[0].table,)
    }
    staged = Staged(backend, snapshot, dict(keys), values)
    context = Context(snapshot.flavour, snapshot.facility, snapshot.zone)
    mapped = Mapped(folder)
    backend.to_parquet(folds(staged, mapping), mapped.file("owned"))
    owned = backend.read_parquet(mapped.file("owned"))
    found = links(staged, mapping, context)
    tables: dict[str, Any] = {
        "records": records(staged, mapping, owned),
        "things": things(staged, mapping),
        "edges": found.edges,
        "danglers": found.danglers,
        "folds": owned.filter(owned.owner.notnull()),
        "refused": refusals(staged, mapping),
    }
    for label in model.labels:
        for name, told in told_of(staged, mapping, model, label, context).items():
            tables[f"told-{label}-{name}"] = told
        for name, found in keys_of(staged, mapping, label, context).items():
            tables[f"keys-{label}-{name}"] = found
    for name, table in tables.items():
        backend.to_parquet(table, mapped.file(name))
    backend.disconnect()
    mapped.file("owned").unlink()
    (folder / "done").write_text(_made_of(snapshot, mapping), encoding="utf-8")
    return mapped
