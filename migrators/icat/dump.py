"""Turn a dump file of python-icat into tables, as an ICAT keeps them.

A dump has no ids and no audit columns; the key that it gives each object takes the place of
the id. Times carry their offset and become UTC. What the file must look like is known from
python-icat 1.7.0 (Apache-2.0).
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph.problem import Problem
from migrators.icat.dumped import plain
from migrators.icat.dumpfile import Members, Reference, read_dump
from migrators.icat.lookup import resolve
from migrators.icat.schema import Attribute, Entity, entities
from migrators.staging.shape import Column, Shape, kind_of


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with references by attributes that are looked up at the end."""

    entity: Entity
    values: Mapping[str, Any]
    open: Mapping[str, Reference]


def convert(path: Path, target: Path) -> None:
    """Write the objects of a dump file into an SQLite file.

    Its columns have no type, so that SQLite leaves every value as it was told (`typed`).

    Raises
    ------
    Problem
        Where the file cannot be read, is none, ends in the middle or is of another version.
    """
    target.unlink(missing_ok=True)
    db = sqlite3.connect(target)
    db.execute("PRAGMA synchronous = OFF")  # it is read once, and removed
    db.execute("BEGIN")
    waiting: list[Row] = []
    try:
        for entity in entities().values():
            db.execute(_table(entity))
        for kind, key, told in read_dump(path):
            for row in _rows(path, kind, key, told):
                names = ", ".join(f'"{name}"' for name in row.values)
                marks = ", ".join("?" * len(row.values))
                statement = f'INSERT INTO "{row.entity.table}" ({names}) VALUES ({marks})'
                db.execute(statement, tuple(row.values.values()))
                waiting += [row] if row.open else []
        for row in waiting:
            resolve(db, path, row.entity, str(row.values["ID"]), row.open)
        db.commit()
    except sqlite3.IntegrityError as error:
        raise Problem(
            f"two objects have one key: {error}", where=str(path), todo="write the dump anew"
        ) from error
    finally:
        db.close()


def _table(entity: Entity) -> str:
    columns = ", ".join(f'"{item.column}"' for item in entity.columns)
    return f'CREATE TABLE "{entity.table}" ({columns}, PRIMARY KEY ("ID"))'


def typed(shape: Shape) -> Shape:
    """A table of a dump with the types that an ICAT gives its columns; keys are text there."""
    entity = entities()[shape.name]
    types = {
        item.column: KEY if item.kind == "one" or item.column == "ID" else item.type
        for item in entity.columns
    }
    columns = (Column(c.name, types[c.name], kind_of(types[c.name])) for c in shape.columns)
    return replace(shape, columns=tuple(columns))


KEY = "VARCHAR(1023)"


def _rows(path: Path, kind: str, key: str, told: Mapping[str, Any]) -> Iterator[Row]:
    """The row of an object and those of the members that stand inside it."""
    entity = entities().get(kind)
    if entity is None:
        raise Problem(f"ICAT has no entity {kind}", where=str(path), todo="is it an icatdump file?")
    values: dict[str, Any] = {"ID": key}
    members: list[Row] = []
    later: dict[str, Reference] = {}
    for name, value in told.items():
        item = entity.attributes.get(name)
        if item is None:
            raise Problem(f"{kind} has no attribute {name}", where=f"{path}, {key}")
        if isinstance(value, Members):
            members += _members(path, item, key, value)
        elif isinstance(value, Reference):
            values[item.column] = value.key
            later |= {name: value} if value.attributes else {}
        else:
            values[item.column] = _plain(path, key, entity, item, value)
    _check(path, entity, key, values)
    yield Row(entity, values, later)
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
    try:
        return plain(entity, item, value)
    except ValueError as error:
        raise Problem(
            f"{item.name} of {key} is {value!r}, which is no {item.type}",
            where=str(path),
            todo="correct it in the catalogue, and write the dump anew",
        ) from error
