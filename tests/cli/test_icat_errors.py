"""A bad ICAT, or a bad dump of one, is one clear line and an untouched graph."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine import Graph, Target
from graph.problem import Problem
from migrators.icat.dump import convert
from tests.cli.test_errors import beamgraph, one_line
from tests.conftest import wipe
from tests.migrators.test_icat import facility
from tests.parts.icat import write_xml, write_yaml
from tests.parts.ispyb import Database


@pytest.fixture
def untouched(embedded_target: Target) -> object:
    with Graph(embedded_target) as graph:
        wipe(graph)
    yield embedded_target
    with Graph(embedded_target) as graph:
        assert graph.run("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A whole dump in both formats."""
    folder = tmp_path_factory.mktemp("dumps")
    path = folder / "icat.sqlite"
    facility(path)
    files = {"yaml": write_yaml(path, folder / "a.yaml"), "xml": write_xml(path, folder / "a.xml")}
    return {name: file.read_bytes() for name, file in files.items()}


@pytest.mark.parametrize("form", ["yaml", "xml"])
def test_a_dump_that_ends_in_the_middle(
    untouched: Target, dumps: dict[str, bytes], tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"cut.{form}"
    file.write_bytes(dumps[form][: len(dumps[form]) * 2 // 3].rstrip(b"\n"))
    done = beamgraph("migrate", "icat", str(file), target=untouched, folder=tmp_path / "data")
    one_line(done, "ends in the middle", str(file), "write the dump anew")
    assert not (tmp_path / "data" / "sources" / "icat" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"only words\nand more words\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("data.json", b'{"dataset": []}\n'),
        ("other.xml", b"<?xml version='1.0'?><rss><channel/></rss>\n"),
        ("empty.yaml", b""),
        ("other.yaml", b"services:\n  web: {}\n"),
    ],
)
def test_a_file_of_another_format(
    untouched: Target, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    done = beamgraph("migrate", "icat", str(file), target=untouched, folder=tmp_path / "data")
    one_line(done, "not an icatdump file", str(file), "URL of a database")


@pytest.mark.parametrize("version", ["4.4.0", "7.0.0"])
def test_a_dump_of_an_unknown_version(
    untouched: Target, dumps: dict[str, bytes], tmp_path: Path, version: str
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(dumps["yaml"].replace(b"ICAT-API: 6.2.0", f"ICAT-API: {version}".encode()))
    done = beamgraph("migrate", "icat", str(file), target=untouched, folder=tmp_path / "data")
    one_line(done, f"an ICAT of an unknown version: {version}", "4.10 to 6.2")


def test_a_database_of_an_unknown_version(untouched: Target, tmp_path: Path) -> None:
    url = facility(tmp_path / "icat.sqlite")
    with sqlite3.connect(tmp_path / "icat.sqlite") as db:
        db.execute("ALTER TABLE USER_ DROP COLUMN FAMILYNAME")
    db.close()
    done = beamgraph("migrate", "icat", url, target=untouched, folder=tmp_path / "data")
    one_line(done, "an ICAT of an unknown version: USER_ has no FAMILYNAME", "4.10 to 7.0")


def test_a_database_that_is_no_icat(
    untouched: Target, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    words = ("migrate", "icat", chain_files["dls"].url)
    done = beamgraph(*words, target=untouched, folder=tmp_path)
    one_line(done, "not an ICAT: it has no table FACILITY")


def test_a_file_that_is_not_there(untouched: Target, tmp_path: Path) -> None:
    done = beamgraph("migrate", "icat", str(tmp_path / "no"), target=untouched, folder=tmp_path)
    one_line(done, "No such file")


def test_a_name_that_another_system_has(
    embedded_graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    target = embedded_graph.target
    first = ("migrate", "ispyb", chain_files["dls"].url, "--as", "mine")
    assert beamgraph(*first, target=target, folder=tmp_path / "data").returncode == 0
    before = embedded_graph.run("MATCH (n) RETURN count(n) AS n")
    url = facility(tmp_path / "icat.sqlite")
    second = ("migrate", "icat", url, "--as", "mine")
    done = beamgraph(*second, target=target, folder=tmp_path / "data")
    one_line(done, "the name 'mine' is taken", "system is ispyb, not icat", "--as")
    assert embedded_graph.run("MATCH (n) RETURN count(n) AS n") == before


def test_a_simulation_that_cannot_be(tmp_path: Path) -> None:
    words = ("simulate", "--out", str(tmp_path))
    one_line(beamgraph(*words, "--noise", "7", folder=tmp_path), "there is no noise 7")
    one_line(beamgraph(*words, "--scale", "0", folder=tmp_path), "a scale of 0.0 cannot be")


@given(data=st.data())
def test_wherever_a_dump_is_cut_it_is_refused(
    dumps: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """YAML has no end mark: a cut right behind a line may leave whole objects."""
    form = data.draw(st.sampled_from(("yaml", "xml")))
    whole = dumps[form]
    end = data.draw(st.integers(1, len(whole) - len(b"</icatdata>\n")))
    if form == "yaml" and whole[end - 1 : end] == b"\n":
        return
    folder = tmp_path_factory.mktemp("cut")
    file = folder / f"cut.{form}"
    file.write_bytes(whole[:end])
    with pytest.raises(Problem):
        convert(file, folder / "tables.sqlite")
