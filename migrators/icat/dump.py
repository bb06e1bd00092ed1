"""Turn a dump file of python-icat into tables, as an ICAT keeps them.

A dump has no ids and no audit columns; the key that it gives each object takes the place of
the id. Times carry their offset and become UTC. What the file must look like is known from
python-icat 1.7.0 (Apache-2.0).
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.problem import Problem
from migrators.icat.dumpfile import Members, Reference, read_dump
from migrators.icat.schema import ENUMS, Attribute, Entity, entities


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    entity: Entity
    values: Mapping[str, Any]


def convert(path: Path, target: Path) -> None:
    """Write the objects of a dump file into an SQLite file.

    Raises
    ------
    Problem
        Where the file cannot be read, is none, ends in the middle or is of another version.
    """
    target.unlink(missing_ok=True)
    db = sqlite3.connect(target)
    try:
        for entity in entities().values():
            db.execute(_table(entity))
        for kind, key, told in read_dump(path):
            for row in _rows(path, kind, key, told):
                names = ", ".join(f'"{name}"' for name in row.values)
                marks = ", ".join("?" * len(row.values))
                statement = f'INSERT INTO "{row.entity.table}" ({names}) VALUES ({marks})'
                db.execute(statement, tuple(row.values.values()))
        db.commit()
    except sqlite3.IntegrityError as error:
        raise Problem(
            f"two objects have one key: {error}", where=str(path), todo="write the dump anew"
        ) from error
    finally:
        db.close()


def _table(entity: Entity) -> str:
    columns = [
        f'"{item.column}" {"VARCHAR(1023)" if _is_key(item) else item.type}'
        for item in entity.columns
    ]
    return f'CREATE TABLE "{entity.table}" ({", ".join(columns)}, PRIMARY KEY ("ID"))'


def _is_key(item: Attribute) -> bool:
    return item.kind == "one" or item.column == "ID"


def _rows(path: Path, kind: str, key: str, told: Mapping[str, Any]) -> Iterator[Row]:
    """The row of an object and those of the members that stand inside it."""
    entity = entities().get(kind)
    if entity is None:
        raise Problem(f"ICAT has no entity {kind}", where=str(path), todo="is it an icatdump file?")
    values: dict[str, Any] = {"ID": key}
    members: list[Row] = []
    for name, value in told.items():
        item = entity.attributes.get(name)
        if item is None:
            raise Problem(f"{kind} has no attribute {name}", where=f"{path}, {key}")
        if isinstance(value, Members):
            members += _members(path, item, key, value)
        elif isinstance(value, Reference):
            values[item.column] = value.key
        else:
            values[item.column] = _plain(path, key, entity, item, value)
    _check(path, entity, key, values)
    yield Row(entity, values)
    yield from members


def _members(path: Path, item: Attribute, key: str, members: Members) -> Iterator[Row]:
    child, back = item.target.split(".")
    for place, member in enumerate(members.items, start=1):
        told = {**member, back: Reference(key)}
        yield from _rows(path, child, f"{key}/{item.name}/{place}", told)


def _check(path: Path, entity: Entity, key: str, values: Mapping[str, Any]) -> None:
    for item in entity.columns:
        if item.required and item.kind != "audit" and values.get(item.column) is None:
            if item.type.startswith("TINYINT"):
                continue
            raise Problem(
                f"{key} has no {item.name}: the file ends in the middle, or is damaged",
                where=str(path),
                todo="write the dump anew",
            )


def _plain(path: Path, key: str, entity: Entity, item: Attribute, value: Any) -> Any:
    """A value as the database would hold it."""
    if value is None:
        return None
    words = ENUMS.get((entity.name, item.name))
    try:
        if words:
            return words.index(str(value).upper())
        if item.type.startswith("TINYINT"):
            return int(str(value).lower() in ("true", "1"))
        if item.type == "DATETIME":
            return _utc(str(value))
        if item.type in ("BIGINT", "INTEGER"):
            return int(value)
        if item.type == "DOUBLE":
            return float(value)
    except ValueError as error:
        raise Problem(
            f"{item.name} of {key} is {value!r}, which is no {item.type}", where=str(path)
        ) from error
    return str(value)


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S")
