"""What became of one row of a source."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from graph.problem import Problem
from migrators.identity import Wanted
from migrators.mapping import Mapped
from migrators.named_sources import checked_name, known_snapshot
from migrators.staging import Snapshot
from migrators.staging.chain import quoted, scan


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a row went.

    `fate` is `mapped`, `folded`, `refused` or `not mapped`; `record` the id of the source
    record that answers for it, `entities` what that record describes now.
    """

    source: str
    table: str
    key: str
    fate: str
    record: str | None = None
    reason: str | None = None
    entities: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def trace(data_dir: Path, source: str, table: str, key: str) -> Fate:
    """What became of a row, with the ids that things have since it was decided what is one thing.

    Raises
    ------
    Problem
        Where there is no such source, table or row.
    """
    checked_name(source)
    snapshot = known_snapshot(data_dir, source)
    if snapshot is None:
        raise Problem(f"no source is called {source!r}", todo="see beamgraph report")
    if snapshot.table(table) is None:
        raise Problem(f"{source} has no table {table!r}", todo="check the spelling")
    fate = _fate(snapshot, source, table, key)
    if fate is None:
        raise Problem(f"{source} has no row {key!r} in {table}", todo="check the key")
    if fate.record is None:
        return fate
    wanted = Wanted.load(data_dir / "wanted")
    return replace(fate, entities=_described(wanted, fate.record) or fate.entities)


def _described(wanted: Wanted, record: str) -> tuple[str, ...]:
    """What a record describes now, after it met those of other sources."""
    query = f"SELECT to_id FROM ({wanted.edges_sql()}) WHERE type = 'DESCRIBES' AND from_id = ?"
    with duckdb.connect() as db:
        return tuple(str(row[0]) for row in db.execute(f"{query} ORDER BY 1", [record]).fetchall())


def _fate(snapshot: Snapshot, source: str, table: str, key: str) -> Fate | None:
    found = snapshot.table(table)
    if found is None:
        return None
    mapped = Mapped.load(snapshot.folder)
    name = found.shape.name
    return (
        _mapped(mapped, source, name, key)
        or _folded(mapped, source, name, key)
        or _refused(mapped, source, name, key)
        or _staged(snapshot, source, name, key)
    )


def locate(data_dir: Path, source: str, table: str, key: str) -> tuple[str, bool]:
    """The record that answers for a row, and whether the row is folded into it."""
    snapshot = known_snapshot(data_dir, source)
    fate = _fate(snapshot, source, table, key) if snapshot is not None else None
    if fate is None or fate.record is None:
        return f"{source}:{table}:{key}", False
    return fate.record, fate.fate == "folded"


def _rows(rows: str, what: str, table: str, key: str) -> list[Any]:
    query = f'SELECT {what} FROM ({rows}) WHERE lower("table") = lower(?) AND key = ?'
    with duckdb.connect() as db:
        return db.execute(query, [table, key]).fetchall()


def _mapped(mapped: Mapped, source: str, table: str, key: str) -> Fate | None:
    rows = _rows(mapped.sql("records"), "record", table, key)
    if not rows:
        return None
    record = str(rows[0][0])
    with duckdb.connect() as db:
        found = db.execute(
            f"SELECT entity FROM ({mapped.sql('things')}) WHERE record = ? ORDER BY 1", [record]
        ).fetchall()
    return Fate(source, table, key, "mapped", record, None, tuple(str(row[0]) for row in found))


def _folded(mapped: Mapped, source: str, table: str, key: str) -> Fate | None:
    rows = _rows(mapped.sql("folds"), "owner", table, key)
    if not rows:
        return None
    return Fate(source, table, key, "folded", rows[0][0])


def _refused(mapped: Mapped, source: str, table: str, key: str) -> Fate | None:
    rows = _rows(mapped.sql("refused"), "reason", table, key)
    return Fate(source, table, key, "refused", None, str(rows[0][0])) if rows else None


def _staged(snapshot: Snapshot, source: str, table: str, key: str) -> Fate | None:
    """A row of a table no rule speaks of, if there is one."""
    found = snapshot.tables[table]
    if found.chunks and found.shape.key:
        with duckdb.connect() as db:
            names = " || ',' || ".join(
                f"CAST({quoted(name)} AS VARCHAR)" for name in found.shape.key
            )
            rows = db.execute(
                f"SELECT 1 FROM {scan(snapshot.files(found))} WHERE {names} = ?", [key]
            ).fetchall()
        if rows:
            return Fate(source, table, key, "not mapped", None, "no rule speaks of this table yet")
    return None
