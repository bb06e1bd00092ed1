"""Recognise an ICAT, in a database or in a dump file, and say which version it is."""

import os
from pathlib import Path

from graph.engine.embedded import make_private
from graph.problem import Problem, printable
from migrators.icat.dump import convert, typed
from migrators.icat.schema import entities
from migrators.mapping import Mapping
from migrators.mapping.touched import Place
from migrators.staging import Access, Source, open_source, parse_address
from migrators.staging.access import NOBODY
from migrators.staging.address import SCHEME, Address, shown
from migrators.staging.shape import Link

PACKAGE = "migrators.icat"
OF_ROWS = True
"""Investigations and instruments say of which facility they are."""
TELLING = ("Facility", "Investigation", "Dataset", "Sample", "DataCollection", "Job", "User")
"""Entities without which a database is no ICAT."""


def opened(address: str, work: Path, access: Access = NOBODY) -> Source:
    """The source at a database's URL or in an icatdump file.

    Parameters
    ----------
    work
        A folder for the tables that are made of a dump file.

    Raises
    ------
    Problem
        Where it cannot be read, is no ICAT, or one of a version that is not known.
    """
    known = {entity.table: entity.name for entity in entities().values()}
    if SCHEME.match(address) and not os.path.lexists(address):
        return open_source(access.opens(parse_address(address)), known)
    path = Path(address)
    if not os.path.lexists(path):  # and so it may be an address with a password
        raise Problem("No such file or directory", where=shown(address), todo="check the path")
    make_private(work)
    tables = work / "dump.sqlite"
    convert(path, tables)
    source = open_source(Address("sqlite", file=str(tables)), known)
    source.shapes = {name: typed(shape) for name, shape in source.shapes.items()}
    source.zone = "UTC"
    source.place = printable(str(path))
    source.made = (tables,)
    return source


def flavour_of(source: Source, _: Mapping) -> str:
    """`icat`, after checking that it is one and that its version is known.

    A version is no flavour: an installation is upgraded and stays the same source.
    """
    missing = [name for name in TELLING if name not in source.shapes]
    if missing:
        raise Problem(
            f"not an ICAT: it has no table {entities()[missing[0]].table}",
            where=source.place,
            todo="name the database in the URL",
        )
    for entity in entities().values():
        shape = source.shapes.get(entity.name)
        for item in entity.columns:
            if shape is None or item.since or item.until:
                continue
            if shape.column(item.column) is None:
                raise Problem(
                    f"an ICAT of an unknown version: {entity.table} has no {item.column}",
                    where=source.place,
                    todo="versions 4.10 to 7.0 are read: upgrade its schema first",
                )
    return "icat"


def facilities_of(source: Source) -> list[str]:
    """What the source calls its facilities, in the order of their keys."""
    shape = source.shapes["Facility"]
    statement = source.select(
        shape, [item for item in shape.columns if item.name.upper() == "NAME"]
    )
    with source.reading() as reader:
        rows = [row for rows in reader.rows(statement, what="table Facility") for row in rows]
    return [name for (told,) in rows if (name := str(told or "").strip())]


def known_columns() -> frozenset[Place]:
    """Every table and column of any version, in lower case."""
    return frozenset(
        (entity.name.lower(), item.column.lower())
        for entity in entities().values()
        for item in entity.columns
    )


def known_links(_: str) -> tuple[Link, ...]:
    """Every reference from one entity to another."""
    return tuple(
        (entity.name, item.column, item.target, "ID")
        for entity in entities().values()
        for item in entity.columns
        if item.kind == "one"
    )
