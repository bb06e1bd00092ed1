"""Map one snapshot and keep the result as Parquet beside it."""

import hashlib
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import ibis
from ibis.expr.types import Table

from graph.engine.embedded import make_private
from graph.model import Model
from migrators.mapping.constants import make_constants
from migrators.mapping.facts import told_of
from migrators.mapping.folds import folds, refusals
from migrators.mapping.keys import keys_of
from migrators.mapping.links import links
from migrators.mapping.paths import Path
from migrators.mapping.programs import Program, keep_program, load_program, program_key
from migrators.mapping.rules import Mapping, parameter_columns
from migrators.mapping.staged import Staged, view_of
from migrators.mapping.things import orphans, records, things
from migrators.mapping.transforms import Context
from migrators.mapping.values import asked_names
from migrators.mapping.zones import periods
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
    backend = connect(folder)
    mapped = Mapped(folder)
    staged = staged_of(backend, snapshot, mapping)
    open_views(staged)
    run_program(staged, program_of(staged, mapping, model), mapped)
    _keep_orphans(staged, mapped)
    backend.disconnect()
    (folder / "done").write_text(_made_of(snapshot, mapping), encoding="utf-8")
    return mapped


def staged_of(backend: Any, snapshot: Snapshot, mapping: Mapping) -> Staged:
    """The tables of a snapshot with what the rules of a mapping ask of them."""
    keys: Dict[str, tuple[str, ...]] = {name: mapping.key_of(name) for name in mapping.tables}
    values = {
        owner: (rule, parameter_columns(mapping, owner))
        for rule in mapping.parameters
        for owner in (Path.parse(rule.owner).steps[0].table,)
    }
    return Staged(backend, snapshot, dict(keys), values)


def open_views(staged: Staged) -> None:
    """Give the rows of every table the name that statements call them by."""
    for name, table in staged.snapshot.tables.items():
        if table.rows:
            files = ", ".join(f"'{file}'" for file in staged.snapshot.files(table))
            staged.backend.raw_sql(
                f'CREATE OR REPLACE TEMP VIEW "{view_of(name)}" AS '
                f"SELECT * FROM read_parquet([{files}], union_by_name = true)"
            )
    asked = {name: asked_names(columns) for name, (_, columns) in staged.values.items()}
    zone = staged.snapshot.zone
    make_constants(staged.backend, periods(zone) if zone else (), asked)


def program_of(staged: Staged, mapping: Mapping, model: Model) -> Program:
    """The statements for a snapshot, kept from another run where one had the same shape."""
    snapshot = staged.snapshot
    context = Context(snapshot.flavour, snapshot.facility, snapshot.zone)
    key = program_key(snapshot, mapping, model, context)
    program = load_program(key)
    if program is None:
        tables = tables_of(staged, mapping, model, context)
        texts = {name: staged.backend.compile(table) for name, table in tables.items()}
        program = Program(staged.made, texts)
        keep_program(key, program)
    return program


def tables_of(staged: Staged, mapping: Mapping, model: Model, context: Context) -> dict[str, Table]:
    """Every table that the rules give, as an expression."""
    found = links(staged, mapping, context)
    tables: dict[str, Table] = {
        "records": records(staged, mapping),
        "things": things(staged, mapping),
        "edges": found.edges,
        "danglers": found.danglers,
        "owned": folds(staged, mapping),
        "refused": refusals(staged, mapping),
    }
    for label in model.labels:
        for name, told in told_of(staged, mapping, model, label, context).items():
            tables[f"told-{label}-{name}"] = told
        for name, known in keys_of(staged, mapping, label, context).items():
            tables[f"keys-{label}-{name}"] = known
    return tables


def run_program(staged: Staged, program: Program, mapped: Mapped) -> None:
    """Write every table of a program."""
    backend = staged.backend
    for name, text in program.made.items():
        backend.raw_sql(f'CREATE TEMP TABLE IF NOT EXISTS "{name}" AS {text}')
    for name, text in program.tables.items():
        backend.raw_sql(f"COPY ({text}) TO '{mapped.file(name)}' (FORMAT parquet)")


OWNED = "SELECT * FROM read_parquet('{file}') WHERE owner IS {not_} NULL"


def _keep_orphans(staged: Staged, mapped: Mapped) -> None:
    """Rows that have an owner are folded into it; an orphan becomes a record of its own."""
    backend, owned = staged.backend, mapped.file("owned")
    told = OWNED.format(file=owned, not_="NOT")
    backend.raw_sql(f"COPY ({told}) TO '{mapped.file('folds')}' (FORMAT parquet)")
    backend.raw_sql(f"CREATE TEMP VIEW alone AS {OWNED.format(file=owned, not_='')}")
    alone = backend.table("alone")
    names = backend.raw_sql('SELECT DISTINCT "table" FROM alone ORDER BY 1').fetchall()
    if names:
        there = backend.read_parquet(str(mapped.file("records")))
        there = there.mutate(row=there.row.cast("string"))
        found = [orphans(staged, name, alone.filter(alone.table == name)) for (name,) in names]
        backend.to_parquet(ibis.union(there, *found), mapped.file("with-orphans"))
        mapped.file("with-orphans").replace(mapped.file("records"))
    owned.unlink()
