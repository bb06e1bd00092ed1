"""A source of any names, types and values is staged, mapped and read again value by value.

The mapping keeps every row whole on its record. What is compared is what the source itself says of
every value, asked by another client and in the text that the source makes of it.
"""

import json
import math
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy
import pymysql
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.model import default_model
from migrators.mapping import mapped_of, read_mapping
from migrators.mapping.rules import Mapping as Rules
from migrators.mapping.rules import NodeRule
from migrators.report.sampling import resample
from migrators.staging import Snapshot, Source, chunks, open_source, parse_address, stage
from migrators.staging.changes import changes_of
from migrators.staging.snapshot import Facts
from tests.parts.mariadb import MariaDbServer

Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """A generated table: columns by name and type, how many of them are the key, and rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: int
    rows: tuple[Row, ...]


def migrated(source: Source, folder: Path) -> tuple[Snapshot, dict[str, list[dict[str, Any]]]]:
    """The snapshot, and of every table the rows as their records keep them."""
    facts = Facts("generated", "ispyb", "dls", "here", "UTC")
    snapshot = stage(source, folder, facts, lambda *_: None)
    snapshot.save()
    rules = [
        NodeRule(name, "Sample", table.shape.key, "", "", {}, {})
        for name, table in snapshot.tables.items()
        if table.shape.key
    ]
    mapped = mapped_of(snapshot, kept(rules), default_model())
    told: dict[str, list[dict[str, Any]]] = {rule.table: [] for rule in rules}
    with duckdb.connect() as db:
        query = f'SELECT "table", "row" FROM ({mapped.sql("records")})'
        for name, text in db.execute(query).fetchall():
            told[name].append(json.loads(text))
        refused = db.execute(f"SELECT * FROM ({mapped.sql('refused')})").fetchall()
    assert refused == []
    return snapshot, told


def kept(rules: Sequence[NodeRule]) -> Rules:
    """A mapping that keeps everything on the record, and says nothing else."""
    names = Rules.__dataclass_fields__
    empty = replace(read_mapping("migrators.ispyb"), **{name: () for name in names})
    return replace(empty, nodes=tuple(rules))


def staged(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    """The rows of a table as they stand in the snapshot."""
    table = snapshot.tables[name]
    if not table.chunks:
        return []
    files = [str(path) for path in snapshot.files(table)]
    with duckdb.connect() as db:
        found = db.execute("SELECT * FROM read_parquet(?, union_by_name = true)", [files])
        names = [item[0] for item in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [{k: v for k, v in row.items() if k != chunks.HASH} for row in rows]


def compared(
    snapshot: Snapshot,
    told: Mapping[str, list[dict[str, Any]]],
    tables: Sequence[Table],
    said: Callable[[Table], list[dict[str, Any]]],
    same: Callable[[str, Any, Any], bool],
) -> None:
    """Every value of every row, in the snapshot and on its record, as the source says it."""
    by_source = {table.shape.source_name: name for name, table in snapshot.tables.items()}
    assert len(by_source) == len(snapshot.tables)
    for table in tables:
        name = by_source[table.name]
        shape = snapshot.tables[name].shape
        names = {column.source_name: column.name for column in shape.columns}
        assert list(names) == [column for column, _ in table.columns]
        types = dict(table.columns)
        expected = said(table)
        here = [staged(snapshot, name)]
        if table.key:
            here.append(told[name])
        for found in here:
            assert len(found) == len(expected) == snapshot.tables[name].rows
            left = list(found)
            for row in expected:
                match = next(
                    (
                        other
                        for other in left
                        if all(same(types[c], v, other.get(names[c])) for c, v in row.items())
                    ),
                    None,
                )
                assert match is not None, (table, row, left)
                left.remove(match)


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0")
ODD = st.sampled_from(
    ["a/b", 'quo"te', "back`tick", "per%cent", "%s", "dot.ted", " blank ", "new\nline", "ünïcode",
     "_hash", "_NTH", "_owner", "p1__x", "@x", "key", "table", "row", "source", "record", "hash",
     "it's", "semi;colon", "back\\slash", "a~b", "[x]", "*", "..", "owner", "x>y.z", "select",
     "filename", "d_x", "t_x", "records-x", "Name", "name", "NAME", "-", "#", "$", "{x}"]
)  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def sqlite_value() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.none(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
        st.binary(max_size=12),
    )


SQLITE_TYPES = st.sampled_from(
    ["", "INTEGER", "int(11)", "REAL", "float", "TEXT", "varchar(20)", "BLOB", "NUMERIC",
     "decimal(10,2)", "datetime", "timestamp", "date", "tinyint(1)", "bit(1)", "point", "enum('a')",
     "BOOLEAN", "year"]
)  # fmt: skip


@st.composite
def sqlite_tables(draw: st.DrawFn) -> list[Table]:
    fresh = st.one_of(ODD, st.text(LETTERS, max_size=80))
    names = draw(
        st.lists(fresh.filter(lambda n: not n.lower().startswith("sqlite_")), max_size=4,
                 unique_by=ascii_lower)
    )  # fmt: skip
    found = []
    for name in names:
        columns = draw(st.lists(st.tuples(fresh, SQLITE_TYPES), min_size=1, max_size=5,
                                unique_by=lambda item: ascii_lower(item[0])))  # fmt: skip
        key = draw(st.integers(0, min(2, len(columns))))
        one = st.tuples(*[sqlite_value() for _ in columns])
        rows = draw(st.lists(one, max_size=6))
        if key:
            whole = [row for row in rows if None not in row[:key]]
            rows = [(number, *row[1:]) for number, row in enumerate(whole)]
        found.append(Table(name, tuple(columns), key, tuple(rows)))
    return found


def ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark * 2) + mark


def make_sqlite(path: Path, tables: Sequence[Table]) -> None:
    with sqlite3.connect(path) as db:
        for table in tables:
            columns = [f"{quoted(name)} {kind}" for name, kind in table.columns]
            if table.key:
                inside = ", ".join(quoted(name) for name, _ in table.columns[: table.key])
                columns.append(f"PRIMARY KEY ({inside})")
            db.execute(f"CREATE TABLE {quoted(table.name)} ({', '.join(columns)})")
            marks = ", ".join("?" * len(table.columns))
            db.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", table.rows)
    db.close()


def sqlite_same(_: str, said: Any, found: Any) -> bool:
    """The same value, in the form that its column has: bytes are text or digits, too."""
    if said is None or found is None:
        return said is None and found is None
    if isinstance(said, bytes):
        return found in (said, said.hex()) or (isinstance(found, str) and _bytes(found) == said)
    if isinstance(said, str) and isinstance(found, bytes):
        return found == said.encode()
    if isinstance(said, str):
        return str(found) in (said, said.encode().hex(), text_again(said))
    if isinstance(found, bytes):
        return False
    return bool(float(found) == said) if isinstance(said, float) else str(found) == str(said)


def text_again(text: str) -> str:
    from migrators.staging.sqlite import text_of

    return text_of(text.encode())


def _bytes(text: str) -> bytes:
    from migrators.staging.sqlite import bytes_of

    return bytes_of(text)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tables=sqlite_tables())
@example(tables=[Table("", (("", "TEXT"),), 1, ((0,),))])
@example(tables=[Table("a/b", (("_hash", "TEXT"), ("_x", "int")), 1, ((0, 5),))])
@example(tables=[Table("x", (("Ä", ""), ("ä", "BLOB")), 0, ((b"a", 5), ("b", b"b")))])
@example(tables=[Table("none", (("a", "int"),), 1, ())])
@example(tables=[Table("n" * 300, (("c" * 300, "text"),), 1, ((0,),))])
def test_sqlite_is_read_again_value_by_value(tables: list[Table]) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "any.sqlite"
        make_sqlite(path, tables)
        source = open_source(parse_address(f"sqlite:///{path}"))
        snapshot, told = migrated(source, Path(place) / "it's here")

        def said(table: Table) -> list[dict[str, Any]]:
            with sqlite3.connect(path) as db:
                rows = db.execute(f"SELECT * FROM {quoted(table.name)}").fetchall()
            db.close()
            names = [name for name, _ in table.columns]
            return [dict(zip(names, row, strict=True)) for row in rows]

        compared(snapshot, told, tables, said, sqlite_same)
        again = stage(source, snapshot.folder, facts_of(snapshot), lambda *_: None)
        assert not any(change.any for change in changes_of(snapshot, again).values())
        assert resample(snapshot, source, 1)[1] == []


def facts_of(snapshot: Snapshot) -> Facts:
    return Facts(snapshot.name, "ispyb", "dls", "here", "UTC")
