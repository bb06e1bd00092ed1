"""What changed between two snapshots of a source, by the hash of every row.

Most tables of both databases have no time that moves when a row changes, and a row that is
deleted leaves nothing behind (reference: ispyb 2.3, icat 2.3); hashes see everything. Only chunks
that are not the earlier file are looked into, so the work grows with what changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

import duckdb

from graph.problem import Problem
from migrators.staging.chain import quoted, scan
from migrators.staging.chunks import HASH
from migrators.staging.snapshot import Snapshot, StagedTable

SHARE, ROWS = 0.01, 100
"""A run that would take away more than both of a table asks a person first."""

EVERY = "*"
"""Accepts whatever goes, of every table."""

FEW, LITTLE = 20, 0.1
"""From so many rows on, a source of which less than this share is as it was is another one."""

EMPTY = "(SELECT NULL::VARCHAR[] AS key, NULL::BLOB AS hash WHERE false)"

COMPARED = """
SELECT count(*) FILTER (o.hash IS NULL), count(*) FILTER (n.hash IS NULL),
  count(*) FILTER (o.hash IS NOT NULL AND n.hash IS NOT NULL AND o.hash <> n.hash)
FROM {old} o FULL JOIN {new} n ON o.key = n.key"""

COUNTED = """
SELECT coalesce(sum(greatest(coalesce(n.times, 0) - coalesce(o.times, 0), 0)), 0),
  coalesce(sum(greatest(coalesce(o.times, 0) - coalesce(n.times, 0), 0)), 0), 0
FROM (SELECT hash, count(*) AS times FROM {old} GROUP BY 1) o
FULL JOIN (SELECT hash, count(*) AS times FROM {new} GROUP BY 1) n ON o.hash = n.hash"""


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of a table came, went and became others; `before` is how many there were."""

    before: int
    inserted: int
    updated: int
    deleted: int
    missing: bool = False
    """The source does not have the table any more."""

    @property
    def any(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.inserted or self.updated or self.deleted or self.missing)

    def as_json(self) -> dict[str, int | bool]:
        """For the account."""
        return asdict(self)


def changes_of(before: Snapshot | None, after: Snapshot) -> dict[str, Change]:
    """What changed, table by table; everything is new where there was no snapshot."""
    found: dict[str, Change] = {}
    with duckdb.connect(config={"memory_limit": "500MB"}) as db:
        for name, table in after.tables.items():
            earlier = before.tables.get(name) if before else None
            if before is None or earlier is None:
                found[name] = Change(0, table.rows, 0, 0)
            else:
                found[name] = _compared(db, before, earlier, after, table)
    for name, table in before.tables.items() if before else ():
        if name not in after.tables:
            found[name] = Change(table.rows, 0, 0, table.rows, missing=True)
    return found


def _compared(
    db: duckdb.DuckDBPyConnection,
    before: Snapshot,
    old: StagedTable,
    after: Snapshot,
    new: StagedTable,
) -> Change:
    same = {chunk.file for chunk in old.chunks} & {chunk.file for chunk in new.chunks}
    key = old.shape.key if old.shape.key == new.shape.key else ()
    if set(key) & {*old.withheld, *new.withheld}:
        key = ()  # a secret is the key: rows are told apart by their hashes
    sides = [_rows(before, old, same, key), _rows(after, new, same, key)]
    query = COMPARED if key else COUNTED
    row = db.execute(query.format(old=sides[0], new=sides[1])).fetchone() or (0, 0, 0)
    inserted, deleted, updated = (int(count) for count in row)
    return Change(old.rows, inserted, updated, deleted)


def _rows(snapshot: Snapshot, table: StagedTable, same: set[str], key: tuple[str, ...]) -> str:
    """Key and hash of the rows in chunks that are not shared."""
    files = snapshot.files(table, without=same)
    if not files:
        return EMPTY
    parts = ", ".join(f"{quoted(name)}::VARCHAR" for name in key)
    told = f"[{parts}]" if key else "NULL::VARCHAR[]"
    return f"(SELECT {told} AS key, {HASH} AS hash FROM {scan(files)})"


def check_deletes(
    changes: Mapping[str, Change], accepted: Collection[str], name: str, place: str
) -> None:
    """Stop a run that would take away much of a table, unless a person has accepted it.

    Raises
    ------
    Problem
        With the figures of every such table. Nothing has been loaded, and the earlier
        snapshot counts on.
    """
    if EVERY in accepted:
        return
    _check_same(changes, name, place)
    known = {table.lower() for table in accepted}
    doubtful = {
        table: change
        for table, change in changes.items()
        if table.lower() not in known and _much(change)
    }
    if not doubtful:
        return
    figures = ", ".join(_figure(table, change) for table, change in doubtful.items())
    flags = " ".join(f"--accept-deletes {table}" for table in doubtful)
    raise Problem(
        f"{name} lost much since its last snapshot: {figures}",
        where=place,
        todo=f"check the source; if this is meant, give {flags}",
    )


def _check_same(changes: Mapping[str, Change], name: str, place: str) -> None:
    """Refuse what looks like another database under a name that is taken.

    Such a one has little in common with what was there, whatever its keys are: they are numbers
    that every database counts from one.
    """
    before = sum(change.before for change in changes.values())
    stayed = sum(max(0, item.before - item.deleted - item.updated) for item in changes.values())
    came = sum(change.inserted + change.updated for change in changes.values())
    gone = sum(change.deleted for change in changes.values())
    if before < FEW or not came or not gone or stayed >= LITTLE * before:
        return
    raise Problem(
        f"of {before} rows that {name!r} had, {stayed} are in this source: it looks like another "
        "database under a name that is taken",
        where=place,
        todo="give it a name of its own with --as OTHERNAME; if it is the same one, give "
        f"--accept-deletes '{EVERY}'",
    )


def _much(change: Change) -> bool:
    if change.missing:
        return change.before > 0
    return change.deleted > ROWS and change.deleted > SHARE * change.before


def _figure(table: str, change: Change) -> str:
    if change.missing:
        return f"table {table} with {change.before} rows is missing"
    return f"{change.deleted} of {change.before} rows of {table}"
