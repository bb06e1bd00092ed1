"""One run of a migration, from a source's address to an account of what happened."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from graph.engine import Graph
from graph.engine.embedded import check_space, make_private
from graph.model import Model
from graph.problem import Problem
from migrators.identity import Origin, Wanted, resolve
from migrators.identity.decisions import load_decisions
from migrators.load.files import check_folder
from migrators.load.statements import SOURCES
from migrators.loading import load_all, write_for_person
from migrators.mapping import Mapping, read_mapping
from migrators.mapping.world import slug
from migrators.mapping.zones import known_zone
from migrators.named_sources import checked_name, folder_of, known_snapshot
from migrators.origins import origins_of
from migrators.progress import Progress
from migrators.report.account import Account, account_of
from migrators.report.links import links_of
from migrators.report.values import values_of
from migrators.report.warnings import warnings_of
from migrators.staging import Access, Snapshot, Source, stage
from migrators.staging.access import NOBODY
from migrators.staging.changes import changes_of, check_deletes
from migrators.staging.snapshot import Facts
from migrators.systems import SYSTEMS


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for.

    Parameters
    ----------
    system
        `ispyb` or `icat`.
    name
        What the graph calls the source (`--as`).
    facility, zone
        What the person said; None leaves it to the source, or to what was kept.
    """

    system: str
    address: str = field(repr=False)
    name: str
    facility: str | None = None
    zone: str | None = None
    dry_run: bool = False
    accepted: tuple[str, ...] = ()
    """Tables of which a person has said that they may lose many rows."""
    import_files: Path | None = None
    """A folder for files that a person imports, instead of a load."""
    access: Access = NOBODY
    """What the person gave beside the address."""


def migrate(
    order: Order, graph: Graph | None, data_dir: Path, model: Model, progress: Progress
) -> Account:
    """Migrate one source and return the account of the run.

    Parameters
    ----------
    graph
        None for a dry run, which stages and maps but writes nothing.

    Raises
    ------
    Problem
        With one line for a person; the graph is untouched unless the load had begun, and
        a load that had begun goes on when the same command is given again.
    """
    checked_name(order.name)
    with working(data_dir):
        return _migrate(order, graph, data_dir, model, progress)


@contextmanager
def working(data_dir: Path) -> Iterator[None]:
    """Alone at work on a data directory.

    Raises
    ------
    Problem
        Where another run is at work, or memory or disk do not suffice.
    """
    make_private(data_dir)
    try:
        with FileLock(data_dir / "migrate.lock", timeout=0):
            yield
    except Timeout as error:
        raise Problem(
            "another migration is running",
            where=str(data_dir),
            todo="wait for it to end",
        ) from error
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise Problem(
            f"the work could not go on: {str(error).splitlines()[0]}",
            where=str(data_dir),
            todo="free space and memory there, and run the same command again to go on",
        ) from error


def _migrate(
    order: Order, graph: Graph | None, data_dir: Path, model: Model, progress: Progress
) -> Account:
    if order.zone is not None:
        known_zone(order.zone)
    if order.import_files is not None:
        _check_files(order, order.import_files)
    work = data_dir / "dry-run" if order.dry_run else data_dir
    folder = folder_of(work, order.name)
    mapping = read_mapping(f"migrators.{order.system}")
    source = SYSTEMS[order.system].opened(order.address, folder, order.access)
    kept = known_snapshot(data_dir, order.name)
    facts = _facts(order, source, mapping, kept)
    run = run_id()
    snapshot = stage(source, folder, facts, lambda table, n: progress("staging", table, n))
    source.forget()
    changes = changes_of(kept, snapshot)
    check_deletes(changes, order.accepted, order.name, source.place)
    snapshot.save()
    origins = origins_of(data_dir, folder, model, lambda name: progress("mapping", name, 0))
    wanted = _resolved(origins, work, data_dir, model, progress)
    mine = next(origin for origin in origins if origin.name == order.name)
    system = SYSTEMS[order.system]
    mapping = mine.mapping
    account = account_of(run, snapshot, mapping, mine.mapped, system.known_columns())
    if len(mine.mapped.chain.generations) == 1:  # all rows were mapped; else it is for reports
        links = links_of(snapshot, mapping, mine.mapped, system.known_links(facts.flavour))
        account.links = [item.as_json() for item in links]
        told = values_of(mapping, mine.mapped, model)
        account.values = [item.as_json() for item in told]
    account.changes = {name: item.as_json() for name, item in changes.items() if item.any}
    account.warnings = [found.as_json() for found in warnings_of(wanted, order.name)]
    if order.import_files is not None:
        account.imports = write_for_person(
            wanted,
            order.import_files,
            data_dir,
            model,
            account,
            lambda name: progress("files", name, 0),
        )
    elif graph is not None and not order.dry_run:
        check_space(data_dir)
        _check_graph(graph, snapshot, {origin.name for origin in origins})
        load_all(graph, data_dir, model, wanted, account, progress)
    _keep(data_dir, account)
    if order.dry_run:
        shutil.rmtree(work)
    return account


def settle_again(graph: Graph | None, data_dir: Path, model: Model, progress: Progress) -> Account:
    """Bring identity and the graph up to date where no source was read, as after a decision.

    The run counts as one of the most trusted source. The caller is `working` on the folder.
    """
    origins = origins_of(data_dir, None, model, lambda name: progress("mapping", name, 0))
    snapshot = known_snapshot(data_dir, origins[0].name) if origins else None
    if snapshot is None:
        raise Problem(
            "nothing has been migrated yet",
            where=str(data_dir),
            todo="run beamgraph migrate first",
        )
    wanted = _resolved(origins, data_dir, data_dir, model, progress)
    first = origins[0]
    system = SYSTEMS[first.system]
    account = account_of(run_id(), snapshot, first.mapping, first.mapped, system.known_columns())
    if graph is not None:
        _check_graph(graph, snapshot, {origin.name for origin in origins})
        load_all(graph, data_dir, model, wanted, account, progress)
    _keep(data_dir, account)
    return account


def _resolved(
    origins: Sequence[Origin], work: Path, data_dir: Path, model: Model, progress: Progress
) -> Wanted:
    """What the graph should hold of all sources, as rules and persons have it."""
    decisions = load_decisions(data_dir)
    return resolve(
        origins, work / "wanted", model, lambda name: progress("identity", name, 0), decisions
    )


def _check_files(order: Order, folder: Path) -> None:
    """Refuse what cannot be written, before the work and not after it."""
    if order.dry_run:
        raise Problem(
            "a dry run keeps nothing, so no later run could go on from its files",
            where="--import-files",
            todo="leave out --dry-run",
        )
    check_folder(folder)


def run_id() -> str:
    """An id that sorts by the time a run began."""
    return f"run-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S.%fZ')}"


def _facts(order: Order, source: Source, mapping: Mapping, before: Snapshot | None) -> Facts:
    system = SYSTEMS[order.system]
    flavour = system.flavour_of(source, mapping)
    own = tuple(system.facilities_of(source))
    facility = _facility(order, own, before, source)
    zone = source.zone or order.zone or (before.zone if before else None)
    facts = Facts(order.name, order.system, flavour, facility, zone, own)
    if before is not None:
        _refuse_other(before, facts, source)
    return facts


def _facility(order: Order, own: Sequence[str], before: Snapshot | None, source: Source) -> str:
    """What the facility of a source is called; of a source of several each row has its own.

    A person's word is for a source that names one facility or none: put in the place of several
    it would make one thing of two instruments.
    """
    per_row = SYSTEMS[order.system].OF_ROWS
    if per_row and len(own) > 1 and order.facility and slug(order.facility) not in map(slug, own):
        raise Problem(
            f"the source names {len(own)} facilities ({', '.join(own)}), and each row its own",
            where=source.place,
            todo="leave out --facility",
        )
    first = own[0] if own else order.name
    if before is None or order.facility:
        return order.facility or first
    kept = before.facility
    renamed = slug(kept) not in map(slug, before.facilities or (kept,))
    if own and slug(kept) not in map(slug, own) and (not renamed or (per_row and len(own) > 1)):
        return first  # another one, which is refused
    return kept


KEPT = ("system", "flavour", "facility")
"""What a name stands for, once it is taken."""


def _check_graph(graph: Graph, snapshot: Snapshot, known: set[str]) -> None:
    """Refuse to load where the graph holds what this data directory knows nothing of.

    A load takes away what no source supplies any more, so it must know all sources.
    """
    for row in graph.read(SOURCES):
        if row["name"] not in known:
            raise Problem(
                f"the graph holds source {row['name']!r}, of which this data directory has "
                "no snapshot",
                where=graph.target.url,
                todo="set BEAMGRAPH_DATA_DIR to the one it was migrated from, or empty the graph",
            )
        others = [what for what in KEPT if row[what] != getattr(snapshot, what)]
        if row["name"] == snapshot.name and others:
            raise Problem(
                f"the name {row['name']!r} is taken in the graph by a source whose {others[0]} "
                f"is {row[others[0]]}, not {getattr(snapshot, others[0])}",
                where=graph.target.url,
                todo="give this source another name with --as",
            )


def _refuse_other(before: Snapshot, facts: Facts, source: Source) -> None:
    """A name keeps its system, flavour and facility.

    A source whose facility got another name is the same when a person says so.
    """
    for what in KEPT:
        old, new = getattr(before, what), getattr(facts, what)
        if old != new:
            raise Problem(
                f"the name {facts.name!r} is taken by a source whose {what} is {old}, not {new}",
                where=source.place,
                todo="give this source another name with --as"
                + (f", or say --facility {old!r} if it is that one" if what == "facility" else ""),
            )


def _keep(data_dir: Path, account: Account) -> None:
    folder = data_dir / "runs"
    make_private(folder)
    text = json.dumps(account.as_json(), indent=1)
    (folder / f"{account.run}.json").write_text(text, encoding="utf-8")
