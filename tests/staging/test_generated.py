"""A source of any names, types and values is staged, mapped and read again value by value.

The mapping keeps every row whole on its record. What is compared is what the source itself says of
every value, asked by another client and in the text that the source makes of it.
"""

import json
import sqlite3
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy
import pymysql
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
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

pytestmark = pytest.mark.usefixtures("migration")

Row = Sequence[Any]
EXAMPLES = 15
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make an example smaller takes many runs of a second each."""


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
    empty = replace(read_mapping("migrators.ispyb"), **dict.fromkeys(names, ()))
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
        own = {column: column or names[column] for column in names}  # JSON keeps the source's names
        here = [(names, staged(snapshot, name))]
        if table.key:
            here.append((own, told[name]))
        for called, found in here:
            assert len(found) == len(expected) == snapshot.tables[name].rows
            left = list(found)
            for row in expected:
                match = next(
                    (
                        other
                        for other in left
                        if all(same(types[c], v, other.get(called[c])) for c, v in row.items())
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
     "decimal(10,2)", "datetime", "timestamp", "date", "tinyint(1)", "bit(1)", "point",
     "BOOLEAN", "year"]
)  # fmt: skip


@st.composite
def sqlite_tables(draw: st.DrawFn) -> list[Table]:
    fresh = st.one_of(ODD, st.text(LETTERS, max_size=80))
    names = draw(
        st.lists(fresh.filter(lambda n: not n.lower().startswith("sqlite_")), min_size=1,
                 max_size=4, unique_by=ascii_lower)
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
            rows = [(*[number] * key, *row[key:]) for number, row in enumerate(whole)]
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


@settings(
    max_examples=EXAMPLES,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(tables=sqlite_tables())
@example(tables=[Table("", (("", "TEXT"),), 1, ((0,),))])
@example(tables=[Table("a/b", (("_hash", "TEXT"), ("_x", "int")), 1, ((0, 5),))])
@example(tables=[Table("x", (("Ä", ""), ("ä", "BLOB")), 0, ((b"a", 5), ("b", b"b")))])
@example(
    tables=[Table("x", (("k", "int"), ("owner", "TEXT"), ("~owner", "TEXT")), 1, ((0, "a", "b"),))]
)
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


MARIADB: Mapping[str, Sequence[str]] = {
    "int": ("0", "-2147483648", "2147483647"),
    "bigint unsigned": ("0", "18446744073709551615", "9223372036854775808"),
    "tinyint(1)": ("0", "1", "-128"),
    "decimal(65,30)": ("0", "12345678901234567890123456789012345.123456789012345678901234567891"),
    "decimal(10,2)": ("-0.01", "99999999.99"),
    "float": ("0.979", "16777216", "1234567.125", "3.4e38", "1.17549435e-38", "-0.1"),
    "float(10,2)": ("0.1", "1234567.88"),
    "double": ("0.1", "1.7976931348623157e308", "2.2250738585072014e-308", "1e22"),
    "bit(1)": ("b'0'", "b'1'"),
    "bit(64)": ("b'0'", "x'FFFFFFFFFFFFFFFF'", "x'7FFFFFFFFFFFFFFF'"),
    "year": ("1901", "2155", "0"),
    "time(6)": ("'-838:59:59.999999'", "'838:59:59'", "'00:00:00'", "'25:00:00.5'"),
    "date": ("'0000-00-00'", "'2024-02-00'", "'9999-12-31'", "'1000-01-01'"),
    "datetime(6)": ("'0000-00-00'", "'9999-12-31 23:59:59.999999'", "'1970-01-01 00:00:00'"),
    "timestamp(3) NULL": ("'0000-00-00'", "'2038-01-19 03:14:07.999'", "'1970-01-02 00:00:00'"),
    "enum('a','b c','')": ("'a'", "'b c'", "''", "'no such word'"),
    "set('x','y')": ("''", "'x'", "'x,y'"),
    "json": ('\'{"a": [1, null, "ü"]}\'', "'null'"),
    "blob": ("x''", "x'00FF'", "'text'"),
    "binary(4)": ("x'00'", "x'FFFFFFFF'"),
    "varbinary(9)": ("x''", "x'C5'"),
    "point": ("POINT(1, -2.5)",),
    "multipoint": ("MULTIPOINT(POINT(0,0), POINT(1,1))",),
    "varchar(20) CHARACTER SET latin1": ("'Müller'", "''", "' a '"),
    "varchar(20) CHARACTER SET utf8mb4": ("'😀'", "'a\\nb'", "'\\\\'", "'\\''", "'\\0'"),
    "longtext": ("''", "repeat('ä', 70000)"),
    "inet6": ("'::1'",),
    "uuid": ("'123e4567-e89b-12d3-a456-426614174000'",),
}
"""Every type of MariaDB, with values from its ends, as its statements spell them."""

KEYS: Mapping[str, Callable[[int], str]] = {
    "int": str,
    "bigint unsigned": lambda n: str(18446744073709551615 - n),
    "varchar(20)": lambda n: f"'k{n} {chr(228)} '",
    "varchar(9) COLLATE utf8mb4_bin": lambda n: "'" + ("a" if n % 2 else "A") * (n // 2 + 1) + "'",
    "decimal(20,3)": lambda n: f"{n}.500",
    "datetime(6)": lambda n: f"'2024-01-01 00:00:{n:02}.000001'",
    "binary(2)": lambda n: f"x'{n:04x}'",
    "bit(8)": lambda n: f"{n}",
}
BMP = st.characters(codec="utf-8", max_codepoint=0xFFFF, exclude_characters="\0")


@st.composite
def mariadb_tables(draw: st.DrawFn) -> list[Table]:
    one = st.one_of(ODD, st.text(BMP, min_size=1, max_size=40))
    fresh = one.filter(lambda name: name == name.rstrip() and name)
    found = []
    for name in draw(st.lists(fresh, min_size=1, max_size=3, unique_by=_accentless)):
        key = draw(st.integers(0, 2))
        keys = draw(st.lists(st.sampled_from(sorted(KEYS)), min_size=key, max_size=key))
        rest = draw(st.lists(st.sampled_from(sorted(MARIADB)), min_size=1, max_size=6))
        names = draw(
            st.lists(fresh, min_size=key + len(rest), max_size=key + len(rest),
                     unique_by=_accentless)
        )  # fmt: skip
        count = draw(st.sampled_from((0, 1, 5)))
        rows = tuple(
            (*[KEYS[kind](n) for kind in keys],
             *[draw(st.sampled_from(("NULL", *MARIADB[kind]))) for kind in rest])
            for n in range(count)
        )  # fmt: skip
        found.append(Table(name, tuple(zip(names, [*keys, *rest], strict=True)), key, rows))
    return found


def _accentless(name: str) -> str:
    """MariaDB holds names for one that its collation does: only plain ones are told apart here."""
    return "".join(letter for letter in name.lower() if letter.isascii()) or "none"


WHOLE = [
    Table(
        "every/type`of'\"it",
        (("id", "int"), *((f"c {n}", kind) for n, kind in enumerate(MARIADB))),
        1,
        tuple(
            (str(n), *(told[n % len(told)] for told in MARIADB.values()))
            for n in range(max(map(len, MARIADB.values())))
        ),
    ),
    Table("Twin", (("a", "int"),), 1, (("1",), ("2",))),
    Table("twin", (("a", "int"),), 1, (("3",),)),
    Table("keyless", (("_hash", "varchar(20)"), ("_x", "float")), 0, (("'a'", "0.979"),) * 2),
]


@settings(max_examples=EXAMPLES, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(tables=mariadb_tables())
@example(tables=WHOLE)
def test_mariadb_is_read_again_value_by_value(mariadb: MariaDbServer, tables: list[Table]) -> None:
    client = mariadb.connect("generated")
    try:
        make_mariadb(client, tables)
        source = open_source(parse_address(mariadb.url("generated")))
        with TemporaryDirectory() as place:
            snapshot, told = migrated(source, Path(place))
            compared(snapshot, told, tables, lambda table: _said(client, table), mariadb_same)
            again = stage(source, snapshot.folder, facts_of(snapshot), lambda *_: None)
            assert not any(change.any for change in changes_of(snapshot, again).values())
            assert resample(snapshot, source, 1)[1] == []
    finally:
        client.close()


def make_mariadb(client: pymysql.Connection, tables: Sequence[Table]) -> None:
    with client.cursor() as cursor:
        cursor.execute("SET sql_mode = '', time_zone = '+00:00'")
        cursor.execute("DROP DATABASE generated")
        cursor.execute("CREATE DATABASE generated CHARACTER SET utf8mb4")
        cursor.execute("USE generated")
        for table in tables:
            columns = [f"{quoted(name, '`')} {kind}" for name, kind in table.columns]
            if table.key:
                inside = ", ".join(quoted(name, "`") for name, _ in table.columns[: table.key])
                columns.append(f"PRIMARY KEY ({inside})")
            name = quoted(table.name, "`")
            cursor.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            for row in table.rows:
                cursor.execute(f"INSERT INTO {name} VALUES ({', '.join(row)})")


def _said(client: pymysql.Connection, table: Table) -> list[dict[str, Any]]:
    """Every value as the server spells it in hexadecimal or as text."""
    asked = ", ".join(_spelling(quoted(name, "`"), kind) for name, kind in table.columns)
    with client.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM {quoted(table.name, '`')}")
        names = [name for name, _ in table.columns]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


BYTES = ("blob", "binary", "varbinary", "point", "multipoint")


def _spelling(name: str, kind: str) -> str:
    if kind.startswith(BYTES):
        return f"lower(hex({name}))"
    if kind.startswith("bit"):
        return f"CAST(CAST({name} AS UNSIGNED) AS CHAR)"
    return (
        f"CAST({name} AS DOUBLE)"
        if kind.startswith(("float", "double"))
        else f"CAST({name} AS CHAR)"
    )


def mariadb_same(kind: str, said: Any, found: Any) -> bool:
    if said is None or found is None:
        return said is None and found is None
    if kind.startswith("float"):
        return bool(numpy.float32(found) == numpy.float32(said))
    if kind == "double":
        return struct.pack("d", float(found)) == struct.pack("d", said)
    if isinstance(found, bytes):
        return found.hex() == said
    return str(found) == said or (kind == "year" and int(found) == int(said))


def test_generated_and_invisible_columns_and_views(mariadb: MariaDbServer, tmp_path: Path) -> None:
    client = mariadb.connect("invisible")
    with client.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE TABLE t (id int PRIMARY KEY, twice int AS (id * 2) VIRTUAL, "
            "kept int AS (id * 3) STORED, hidden int INVISIBLE DEFAULT 4) WITH SYSTEM VERSIONING"
        )
        cursor.execute("INSERT INTO t (id) VALUES (1)")
        cursor.execute("CREATE OR REPLACE VIEW `v'1` AS SELECT * FROM t")
    client.close()
    source = open_source(parse_address(mariadb.url("invisible")))
    assert source.views == ("v'1",)
    _, told = migrated(source, tmp_path)
    assert told["t"] == [{"id": 1, "twice": 2, "kept": 3, "hidden": 4}]


def test_a_value_does_not_change_the_hash_of_its_neighbour(tmp_path: Path) -> None:
    """One strange value makes its column text; the other rows stay what they were."""
    kinds = ("BLOB", "TEXT", "int", "float")
    plain = [(1, b"\x01", "a", 5, 0.1), (2, "text", b"bytes", 7, 1e300)]
    columns = (("id", "INTEGER"), *((kind, kind) for kind in kinds))
    odd = (3, 9, b"\xff", "five", "x")
    hashes = []
    for place, rows in enumerate((plain, [*plain, odd])):
        path = tmp_path / f"{place}.sqlite"
        make_sqlite(path, [Table("t", columns, 1, tuple(rows))])
        source = open_source(parse_address(f"sqlite:///{path}"))
        snapshot = stage(source, tmp_path / str(place), facts("a"), lambda *_: None)
        files = [str(file) for file in snapshot.files(snapshot.tables["t"])]
        with duckdb.connect() as db:
            query = f"SELECT id, {chunks.HASH} FROM read_parquet(?) WHERE id < 3 ORDER BY 1"
            hashes.append(db.execute(query, [files]).fetchall())
    assert hashes[0] == hashes[1]


def facts(name: str) -> Facts:
    return Facts(name, "ispyb", "dls", "here", "UTC")


@pytest.mark.parametrize("count", [chunks.ROWS - 1, chunks.ROWS, chunks.ROWS + 1])
def test_the_borders_of_chunks(tmp_path: Path, count: int) -> None:
    path = tmp_path / "many.sqlite"
    make_sqlite(path, [Table("t", (("id", "INTEGER"),), 1, tuple((n,) for n in range(count)))])
    source = open_source(parse_address(f"sqlite:///{path}"))
    snapshot = stage(source, tmp_path / "data", facts("a"), lambda *_: None)
    assert snapshot.rows == count
    assert sorted(row["id"] for row in staged(snapshot, "t")) == list(range(count))
