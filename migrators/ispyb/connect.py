"""Recognise an ISPyB, and say which flavour it is."""

from pathlib import Path as FilePath

from graph.problem import Problem
from migrators.ispyb import schema
from migrators.mapping import Mapping
from migrators.mapping.paths import Path
from migrators.mapping.touched import Place
from migrators.staging import Access, Shape, Source, open_source, parse_address
from migrators.staging.access import NOBODY
from migrators.staging.shape import Link

PACKAGE = "migrators.ispyb"
OF_ROWS = False
"""No row says of which facility it is."""
FLAVOURS = ("dls", "esrf")

TELLING = ("Proposal", "BLSession", "DataCollectionGroup", "DataCollection", "BLSample")
"""Tables without which a database is no ISPyB."""


def opened(address: str, _: FilePath, access: Access = NOBODY) -> Source:
    """The source at a database's URL."""
    known = {name: name for flavour in FLAVOURS for name in schema.tables(flavour)}
    return open_source(access.opens(parse_address(address)), known)


def facilities_of(source: Source) -> list[str]:
    """What the source calls its facility: the synchrotron of a beamline's set-up."""
    shape = source.shapes.get("BeamLineSetup")
    column = shape.column("synchrotronName") if shape is not None else None
    if shape is None or column is None:
        return []
    name = source.named(shape, column.name)
    statement = source.select(shape, [column], where=f"{name} <> ''") + " GROUP BY 1 ORDER BY 1"
    with source.reading() as reader:
        batches = reader.rows(statement, what="table BeamLineSetup")
        found = [str(told).strip() for rows in batches for (told,) in rows]
    return [name for name in dict.fromkeys(found) if name]


def flavour_of(source: Source, mapping: Mapping) -> str:
    """`dls` or `esrf`, after checking that the chain can be read.

    Raises
    ------
    Problem
        Where the source is no ISPyB, or a table lacks a key or a link the chain hangs on.
    """
    shapes = {name.lower(): shape for name, shape in source.shapes.items()}
    missing = [name for name in TELLING if name.lower() not in shapes]
    if missing:
        raise Problem(
            f"not an ISPyB: it has no table {missing[0]}",
            where=source.place,
            todo="name the database in the URL",
        )
    _check_keys(source, shapes, mapping)
    program = shapes.get("autoprocprogram")
    if "processingjob" in shapes or (program and program.column("processingJobId")):
        return "dls"
    return "esrf"


def _check_keys(source: Source, shapes: dict[str, Shape], mapping: Mapping) -> None:
    wanted = [(rule.table, name) for rule in mapping.nodes for name in rule.key]
    wanted += [(rule.table, name) for rule in mapping.folded for name in rule.key]
    wanted += [
        (rule.table, Path.parse(text).steps[0].column)
        for rule in mapping.edges
        for text in (rule.source, rule.target)
        if text != "." and rule.rule in REQUIRED
    ]
    for table, column in wanted:
        shape = shapes.get(table.lower())
        if shape is not None and shape.column(column) is None:
            if (table, column) in FLAVOURED:
                continue
            raise Problem(
                f"table {shape.name} has no column {column}",
                where=source.place,
                todo="the chain hangs on it: restore the column or correct the mapping",
            )


REQUIRED = (
    "session-proposal",
    "collection-session",
    "collection-group",
    "collection-sample",
    "group-session",
    "group-sample",
    "sample-crystal",
    "crystal-protein",
    "integration-collection",
    "integration-program",
    "scaling-integration",
    "scaling-program",
    "attachment-program",
)
"""Edge rules without whose links the chain from sample to result is broken."""

FLAVOURED = {("ImageQualityIndicators", "dataCollectionId")}
"""Keys that one flavour spells otherwise; its rows are folded all the same."""


def known_columns() -> frozenset[Place]:
    """Every table and column of either flavour, in lower case."""
    return frozenset(
        (table.lower(), column.name.lower())
        for flavour in FLAVOURS
        for table, columns in schema.tables(flavour).items()
        for column in columns
    )


def known_links(flavour: str) -> tuple[Link, ...]:
    """Every foreign key that a flavour declares."""
    return tuple(
        (item.table, item.column, item.parent, item.parent_column) for item in schema.links(flavour)
    )
