"""References that a dump makes by attributes: `<type name="Counts" units="counts"/>`.

python-icat asks the server for the one object that has them; here it is one of the dump.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from graph.problem import Problem
from migrators.icat.dumped import plain
from migrators.icat.dumpfile import Reference
from migrators.icat.schema import Attribute, Entity, entities


def resolve(
    db: sqlite3.Connection, path: Path, entity: Entity, key: str, told: Mapping[str, Reference]
) -> None:
    """Put the keys of objects in the place of what describes them.

    Raises
    ------
    Problem
        Where no object has these attributes, or several have.
    """
    for name, reference in told.items():
        item = entity.attributes[name]
        said = " ".join(f'{attribute}="{value}"' for attribute, value in reference.attributes)
        where = f"{path}, {key}"
        try:
            found = _found(db, item, reference)
        except (KeyError, ValueError) as error:
            raise Problem(f"{name} {said} leads nowhere: {error}", where=where) from error
        if len(found) != 1:
            raise Problem(
                f"{name} {said} leads to {len(found)} objects",
                where=where,
                todo="write the dump anew, with what it refers to",
            )
        db.execute(
            f'UPDATE "{entity.table}" SET "{item.column}" = ? WHERE "ID" = ?', (found[0], key)
        )


def _found(db: sqlite3.Connection, item: Attribute, reference: Reference) -> list[str]:
    target = entities()[item.target]
    conditions, values = [], []
    for path, value in reference.attributes:
        condition, told = _condition(target, path.split("."), value)
        conditions.append(condition)
        values.append(told)
    text = f'SELECT "ID" FROM "{target.table}" WHERE {" AND ".join(conditions)} LIMIT 2'
    return [str(row[0]) for row in db.execute(text, values)]


def _condition(entity: Entity, path: list[str], value: str) -> tuple[str, object]:
    """What an attribute must be; one of another object is asked for in a query of its own."""
    item = entity.attributes.get(path[0])
    if item is None or not item.column:
        raise KeyError(f"{entity.name} has no {path[0]}")
    if len(path) == 1:
        return f'"{item.column}" IS ?', plain(entity, item, value)
    if item.kind != "one":
        raise KeyError(f"{entity.name}.{path[0]} is no reference")
    target = entities()[item.target]
    inside, told = _condition(target, path[1:], value)
    return f'"{item.column}" IN (SELECT "ID" FROM "{target.table}" WHERE {inside})', told
