"""The real tables of the three databases, and how to make them in SQLite and MariaDB.

ISPyB: every column of ispyb-database at Diamond (ac38bd2) and in its ESRF flavour (e378c95),
as facts in `migrators/ispyb/schema/`. ICAT: `migrators/icat/schema.tsv`.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from migrators.icat.schema import entities
from migrators.ispyb import schema
from migrators.ispyb.schema import Column, Link

Tables = Mapping[str, tuple[Column, ...]]
MYISAM = ("InputParameterWorkflow", "Log4Stat", "RigidBodyModeling", "Superposition")
"""ESRF's tables without transactions and foreign keys."""


@cache
def tables(database: str) -> Tables:
    """The tables of `ispyb-dls`, `ispyb-esrf` or `icat` with their columns."""
    if database != "icat":
        return schema.tables(database.removeprefix("ispyb-"))
    return {
        entity.table: tuple(
            Column(item.column, item.type, not item.required, item.column == "ID", False)
            for item in entity.columns
        )
        for entity in entities().values()
        if entity.attributes["id"].since != "7.0"
    }


def foreign_keys(database: str) -> Iterator[Link]:
    """Every foreign key of an ISPyB that leads to a primary key."""
    keys = {
        name: [column.name.lower() for column in columns if column.key]
        for name, columns in tables(database).items()
    }
    for link in schema.links(database.removeprefix("ispyb-")):
        if keys.get(link.parent) == [link.parent_column.lower()]:
            yield link


def sqlite_table(name: str, columns: tuple[Column, ...]) -> str:
    """The statement that makes a table in SQLite."""
    defined = [f'"{column.name}" {_sqlite_type(column)}' for column in columns]
    keys = [f'"{column.name}"' for column in columns if column.key]
    if keys:
        defined.append(f"PRIMARY KEY ({', '.join(keys)})")
    return f'CREATE TABLE "{name}" ({", ".join(defined)})'


def mariadb_table(name: str, columns: tuple[Column, ...]) -> str:
    """The statement that makes a table in MariaDB."""
    defined = [
        f"`{column.name}` {column.type}" + (" NULL DEFAULT NULL" if column.null else "")
        for column in columns
        if not column.made
    ]
    keys = [f"`{column.name}`" for column in columns if column.key]
    if keys:
        defined.append(f"PRIMARY KEY ({', '.join(keys)})")
    engine = "MyISAM" if name in MYISAM else "InnoDB"
    return f"CREATE TABLE `{name}` ({', '.join(defined)}) ENGINE={engine}"


def _sqlite_type(column: Column) -> str:
    kind = column.type.split(" ")[0]
    return "text" if kind.startswith(("enum", "set")) else kind
