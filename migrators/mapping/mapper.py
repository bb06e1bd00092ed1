"""Map a snapshot: all of it, or what changed since the one that was mapped before."""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from pathlib import Path as FilePath
from typing import Any

from ibis.expr.types import Table

from graph.model import Model
from migrators.mapping.affected import Affected, affected
from migrators.mapping.beside import is_wide, run_beside
from migrators.mapping.constants import make_constants
from migrators.mapping.facts import told_of
from migrators.mapping.folds import folds, refusals
from migrators.mapping.gathering import gather
from migrators.mapping.keys import keys_of
from migrators.mapping.links import links
from migrators.mapping.mapped import VOID, Mapped, connect, rules_digest
from migrators.mapping.paths import Path
from migrators.mapping.programs import (
    Program,
    keep_program,
    layered,
    load_program,
    program_key,
    uncollected,
)
from migrators.mapping.rules import Mapping, parameter_columns
from migrators.mapping.staged import Staged, view_of
from migrators.mapping.things import orphans, records, things
from migrators.mapping.transforms import Context
from migrators.mapping.values import asked_names
from migrators.mapping.zones import periods
from migrators.progress import Tell, quiet
from migrators.staging import Snapshot
from migrators.staging.chain import copy, files_of, scan
from migrators.staging.snapshot import mapped_snapshot

MANY = 0.2
"""Where more than this share of the rows changed, all of them are mapped anew."""

Driven = Callable[[str], bool]
GENERATIONS = 12
"""So many, and all rows are mapped anew: what is read must not grow with the days."""


def mapped_of(snapshot: Snapshot, mapping: Mapping, model: Model, tell: Tell = quiet) -> Mapped:
    """The tables of a snapshot: those that are there, brought up to date, or made anew."""
    mapped = Mapped.load(snapshot.folder)
    told = mapped.chain.told
    same = bool(mapped.chain.generations) and told.get("rules") == rules_digest(mapping)
    if same and told.get("taken") == snapshot.taken:
        return mapped
    before = mapped_snapshot(snapshot.folder)
    backend = connect(snapshot.folder / "mapped")
    staged = staged_of(backend, snapshot, mapping)
    open_views(staged)
    program = program_of(staged, mapping, model)
    touched = None
    same = same and told.get("program") == program.key
    if same and before is not None and before.taken == told.get("taken"):
        touched = affected(staged, mapping, before)
    if touched is None or touched.share > MANY or len(mapped.chain.generations) >= GENERATIONS:
        made = _map_all(staged, mapping, program, mapped, tell)
    elif touched.nothing:
        made = Mapped(mapped.chain.noting({**told, "taken": snapshot.taken}))
    else:
        made = _map_some(staged, program, mapped, touched, tell)
    backend.disconnect()
    snapshot.keep_as_mapped()
    return made


def _map_all(
    staged: Staged, mapping: Mapping, program: Program, before: Mapped, tell: Tell
) -> Mapped:
    """Run every rule over all rows."""
    number, folder = before.chain.begin()
    _drive_all(staged)
    run_program(staged, program, folder, None, lambda _: True, tell)
    told = {
        "taken": staged.snapshot.taken,
        "rules": rules_digest(mapping),
        "program": program.key,
    }
    return Mapped(before.chain.with_generation(number, told, anew=True))


def _map_some(
    staged: Staged, program: Program, before: Mapped, touched: Affected, tell: Tell
) -> Mapped:
    """Run every rule over the rows whose outcome may be another."""
    number, folder = before.chain.begin()
    touched.drive()
    touched.write_void(folder)
    run_program(staged, program, folder, before, touched.drives, tell)
    told = {**before.chain.told, "taken": staged.snapshot.taken}
    return Mapped(before.chain.with_generation(number, told, anew=False))


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
            files = scan(staged.snapshot.files(table))
            staged.backend.raw_sql(
                f'CREATE OR REPLACE TEMP VIEW "{view_of(name)}" AS SELECT * FROM {files}'
            )
    _drive_all(staged)
    asked = {name: asked_names(columns) for name, (_, columns) in staged.values.items()}
    zone = staged.snapshot.zone
    make_constants(staged.backend, periods(zone) if zone else (), asked)


def _drive_all(staged: Staged) -> None:
    for name, table in staged.snapshot.tables.items():
        if table.rows:
            staged.backend.raw_sql(
                f'CREATE OR REPLACE TEMP VIEW "{view_of(name, driven=True)}" AS '
                f'SELECT * FROM "{view_of(name)}"'
            )


def program_of(staged: Staged, mapping: Mapping, model: Model) -> Program:
    """The statements for a snapshot, kept from another run where one had the same shape."""
    snapshot = staged.snapshot
    context = Context(snapshot.flavour, snapshot.facility, snapshot.zone)
    key = program_key(snapshot, mapping, model, context)
    program = load_program(key)
    if program is None:
        with uncollected(), layered():
            tables = tables_of(staged, mapping, model, context)
            texts = {name: staged.backend.compile(table) for name, table in tables.items()}
        program = Program(key, staged.made, texts)
        keep_program(program)
    return program


def tables_of(staged: Staged, mapping: Mapping, model: Model, context: Context) -> dict[str, Table]:
    """Every table that the rules give, as an expression; its name ends with the table it drives."""
    tables = {
        **records(staged, mapping),
        **things(staged, mapping),
        **links(staged, mapping, context),
        **folds(staged, mapping),
        **refusals(staged, mapping),
    }
    for label in model.labels:
        for name, told in told_of(staged, mapping, model, label, context).items():
            tables[f"told-{label}-{name}"] = told
        for name, known in keys_of(staged, mapping, label, context).items():
            tables[f"keys-{label}-{name}"] = known
    return tables


GATHERED = ("records", "things", "edges", "danglers", "refused", "folds")
"""What all tables give together."""

LARGE = 1_000_000
"""Bytes from which on a file is not written once more only to have fewer."""


def run_program(
    staged: Staged,
    program: Program,
    folder: FilePath,
    before: Mapped | None,
    driven: Driven,
    tell: Tell,
) -> None:
    """Write every table of a program as a generation.

    Parameters
    ----------
    before
        What the tables were, where only some rows are mapped.
    driven
        Whether any row of a table is to be mapped.
    """
    backend = staged.backend
    done = _run_parameters(staged, program, folder, before, driven, tell)
    for name, text in program.tables.items():
        if name not in done and driven(name.rpartition("-")[2]):
            tell(name)
            if before is None and is_wide(folder, name, text):
                run_beside(staged, name, text, folder)
            else:
                backend.raw_sql(copy(text, folder / f"{name}.parquet"))
    tell("orphans")
    _keep_orphans(staged, folder)
    for name in GATHERED:
        tell(name)
        _gather(backend, folder, name)


def _run_parameters(
    staged: Staged,
    program: Program,
    folder: FilePath,
    before: Mapped | None,
    driven: Driven,
    tell: Tell,
) -> set[str]:
    """Write what tables of parameters give; returns the names among the tables of the program."""
    done = set()
    for owner, (rule, _) in staged.values.items():
        made, told = f"values_{owner}", f"told-{rule.label}-{rule.table}"
        texts = {made: program.made[made]} if made in program.made else {}
        if told in program.tables and driven(rule.table):
            texts[told] = program.tables[told]
        gather(staged, rule, texts, folder, tell)
        done.add(told)
        if made in texts:
            _open_values(staged.backend, folder, made, before)
    return done


def _open_values(backend: Any, folder: FilePath, name: str, before: Mapped | None) -> None:
    """Give parameters as columns the name that statements call them by."""
    rows = f"SELECT * FROM {scan(files_of(folder, name))}"
    if before is not None:
        void = f"SELECT record FROM {scan([folder / f'{VOID}-{name}.parquet'])}"
        rows += f" UNION ALL BY NAME FROM ({before.sql(name)}) WHERE owner NOT IN ({void})"
    backend.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    backend.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {rows}')


def _gather(backend: Any, folder: FilePath, name: str) -> None:
    """One table of the tables that drive it: small files become one, large ones stay."""
    parts = sorted(folder.glob(f"{name}-*.parquet"))
    small = [path for path in parts if path.stat().st_size < LARGE]
    if small:
        backend.raw_sql(copy(f"FROM {scan(small)}", folder / f"{name}.parquet"))
    for place, path in enumerate(parts):
        if path in small:
            path.unlink()
        else:
            path.rename(folder / f"{name}.{place}.parquet")


def _keep_orphans(staged: Staged, folder: FilePath) -> None:
    """Rows that have an owner are folded into it; an orphan becomes a record of its own."""
    backend = staged.backend
    for owned in sorted(folder.glob("owned-*.parquet")):
        table = owned.stem.removeprefix("owned-")
        backend.raw_sql(
            "CREATE OR REPLACE TEMP VIEW alone AS "
            f"SELECT * FROM {scan([owned])} WHERE owner IS NULL"
        )
        if backend.raw_sql("SELECT 1 FROM alone LIMIT 1").fetchall():
            found = orphans(staged, table, backend.table("alone"))
            text = backend.compile(found)
            backend.raw_sql(copy(text, folder / f"records-{table}.alone.parquet"))
            text = f"FROM {scan([owned])} WHERE owner IS NOT NULL"
            backend.raw_sql(copy(text, folder / f"folds-{table}.parquet"))
            owned.unlink()
        else:
            owned.rename(folder / f"folds-{table}.parquet")
