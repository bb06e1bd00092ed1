"""Whatever a file is called, that file is read, and none is made."""

import os
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.problem import Problem
from migrators.staging import open_source, parse_address
from migrators.staging.sqlite import bytes_of, text_of


def database(path: bytes, value: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a TEXT)")
        db.execute("INSERT INTO t VALUES (?)", [value])
    db.close()


def read(address: str) -> list[str]:
    source = open_source(parse_address(address))
    with source.reading() as reader:
        shape = source.shapes["t"]
        return [row[0] for rows in reader.rows(source.select(shape, shape.columns)) for row in rows]


NAMES = st.binary(min_size=1, max_size=60).filter(
    lambda name: b"\0" not in name and b"/" not in name and name not in (b".", b"..")
)


@settings(max_examples=60)
@given(name=NAMES, other=NAMES)
@example(name=b"y.sqlite#copy", other=b"y.sqlite")
@example(name=b"a#1.sqlite", other=b"a")
@example(name=b"a%41.sqlite", other=b"aA.sqlite")
@example(name=b"a?mode=rwc", other=b"a")
@example(name=b" a b ", other=b"a b")
@example(name=b"a\nb", other=b"a")
@example(name=b":memory:", other=b"b")
@example(name=b"f\xff", other=b"f")
def test_any_name_of_a_file_is_read(name: bytes, other: bytes) -> None:
    with TemporaryDirectory() as folder:
        place = os.fsencode(folder)
        database(place + b"/" + name, "meant")
        if other != name:
            database(place + b"/" + other, "other")
        before = sorted(os.listdir(place))
        assert read(f"sqlite:///{folder}/{os.fsdecode(name)}") == ["meant"]
        assert sorted(os.listdir(place)) == before


@settings(max_examples=60)
@given(name=NAMES)
@example(name=b"a#1.sqlite")
@example(name=b"a?mode=rwc")
def test_a_file_that_is_not_there_is_one_line_and_is_not_made(name: bytes) -> None:
    with TemporaryDirectory() as folder:
        with pytest.raises(Problem) as told:
            open_source(parse_address(f"sqlite:///{folder}/{os.fsdecode(name)}"))
        assert str(told.value).isprintable()
        assert os.listdir(folder) == []


def test_a_relative_path_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database(b"a#b", "here")
    assert read("sqlite:///a#b") == ["here"]


@given(value=st.binary() | st.text().map(str.encode))
@example(value=bytes.fromhex("C5636869E96E"))
@example(value="\N{REPLACEMENT CHARACTER}C5".encode())
@example(value="\N{REPLACEMENT CHARACTER}".encode() + b"\xff")
def test_text_that_is_none_keeps_its_bytes(value: bytes) -> None:
    text = text_of(value)
    text.encode()  # it is text now
    assert bytes_of(text) == value


@given(value=st.text().filter(lambda text: "\N{REPLACEMENT CHARACTER}" not in text))
def test_text_is_left_as_it_is(value: str) -> None:
    assert text_of(value.encode()) == value
