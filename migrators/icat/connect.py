"""Recognise an ICAT, in a database or in a dump file, and say which version it is."""

from pathlib import Path

from graph.engine.embedded import make_private
from graph.problem import Problem
from migrators.icat.dump import convert
from migrators.icat.schema import entities
from migrators.mapping import Mapping
from migrators.mapping.touched import Place
from migrators.staging import Source, open_source
from migrators.staging.shape import Link

PACKAGE = "migrators.icat"
TELLING = ("Facility", "Investigation", "Dataset", "Sample", "DataCollection", "Job", "User")
"""Entities without which a database is no ICAT."""


def opened(address: str, work: Path) -> Source:
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
    if "://" in address:
        return _by_entity(open_source(address))
    path = Path(address)
    make_private(work)
    tables = work / "dump.sqlite"
    convert(path, tables)
    source = _by_entity(open_source(f"sqlite:///{tables}"))
    source.zone = "UTC"
    source.place = str(path)
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


def facility_of(source: Source) -> str | None:
    """What the source calls its facility."""
    shape = source.shapes["Facility"]
    statement = source.select(shape, [item for item in shape.columns if item.name == "NAME"])
    with source.reading() as reader:
        for batch in reader.rows(statement):
            return str(batch[0][0]).strip() or None
    return None


def _by_entity(source: Source) -> Source:
    """The same tables, called as ICAT calls its entities: `Dataset`, never `DATASET`."""
    names = {entity.table: entity.name for entity in entities().values()}
    source.shapes = {
        names.get(name, name): shape.called(names.get(name, name))
        for name, shape in source.shapes.items()
    }
    return source


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
