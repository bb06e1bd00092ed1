"""A failure is one clear line, an exit code that is not 0, and an untouched graph."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from graph.engine import Graph, Target
from tests.conftest import wipe
from tests.parts.ispyb import Database, sqlite_chain
from tests.parts.mariadb import MariaDbServer


def beamgraph(
    *words: str, target: Target | None = None, folder: Path, password: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(folder)}
    if target is not None:
        environment |= {
            "BEAMGRAPH_GRAPH_URL": target.url,
            "BEAMGRAPH_GRAPH_USER": target.user,
            "BEAMGRAPH_GRAPH_PASSWORD": password or target.password,
        }
    command = [sys.executable, "-m", "beamgraph", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def one_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1, done
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("beamgraph: ")
    for part in parts:
        assert part in line


@pytest.fixture
def untouched(target: Target) -> object:
    with Graph(target) as graph:
        wipe(graph)
    yield target
    with Graph(target) as graph:
        assert graph.run("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_wrong_password(target: Target, chain_files: dict[str, Database], tmp_path: Path) -> None:
    words = ("migrate", "ispyb", chain_files["dls"].url)
    done = beamgraph(*words, target=target, folder=tmp_path, password="wrong")
    one_line(done, "refused user and password", "BEAMGRAPH_GRAPH_PASSWORD")


@pytest.mark.usefixtures("server")
def test_an_unreachable_server(chain_files: dict[str, Database], tmp_path: Path) -> None:
    nowhere = Target("bolt://127.0.0.1:9", "neo4j", "x")
    words = ("migrate", "ispyb", chain_files["dls"].url)
    one_line(beamgraph(*words, target=nowhere, folder=tmp_path), "no graph server answers")
    one_line(beamgraph("query", "{ samples { totalCount } }", target=nowhere, folder=tmp_path), "9")


def test_a_source_that_is_not_ispyb(untouched: Target, tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a int)")
    connection.close()
    done = beamgraph("migrate", "ispyb", f"sqlite:///{path}", target=untouched, folder=tmp_path)
    one_line(done, "not an ISPyB", "no table Proposal", str(path))


def test_a_table_that_misses_a_column(untouched: Target, tmp_path: Path) -> None:
    database = sqlite_chain("dls", tmp_path)
    database.execute("ALTER TABLE DataCollection DROP COLUMN dataCollectionGroupId")
    done = beamgraph("migrate", "ispyb", database.url, target=untouched, folder=tmp_path)
    one_line(done, "table DataCollection has no column dataCollectionGroupId")


def test_a_database_of_another_flavour_under_a_name_that_is_taken(
    embedded_graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    first = ("migrate", "ispyb", chain_files["esrf"].url)
    assert beamgraph(*first, target=embedded_graph.target, folder=tmp_path).returncode == 0
    second = ("migrate", "ispyb", chain_files["dls"].url)
    done = beamgraph(*second, target=embedded_graph.target, folder=tmp_path)
    one_line(done, "the name 'ispyb' is taken", "flavour is esrf, not dls", "--as")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("nonsense", "not the URL of a database"),
        ("postgresql://u:secret@h/db", "not the URL of a database"),
        ("sqlite:////no/such/file", "No such file"),
        ("sqlite:///{text}", "not an SQLite database"),
    ],
)
def test_a_source_that_is_none(untouched: Target, tmp_path: Path, source: str, part: str) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database at all, only words")
    words = ("migrate", "ispyb", source.format(text=text))
    done = beamgraph(*words, target=untouched, folder=tmp_path)
    one_line(done, part)
    assert "secret" not in done.stderr


def test_a_mariadb_that_refuses(
    embedded_target: Target, mariadb: MariaDbServer, tmp_path: Path
) -> None:
    words = ("migrate", "ispyb", mariadb.url("mysql", password="wrong"))
    done = beamgraph(*words, target=embedded_target, folder=tmp_path)
    one_line(done, "Access denied")
    assert "wrong" not in done.stderr


def test_a_zone_that_is_none(
    embedded_target: Target, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    words = ("migrate", "ispyb", chain_files["dls"].url, "--timezone", "Mars/Olympus")
    done = beamgraph(*words, target=embedded_target, folder=tmp_path)
    one_line(done, "Mars/Olympus is no time zone")


def test_a_full_data_directory(
    untouched: Target, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("NOT RUN: this user may not mount a small file system")
    try:
        migrate = ("migrate", "ispyb", chain_files["dls"].url)
        done = beamgraph(*migrate, target=untouched, folder=small)
        one_line(done, "the data directory is full", str(small))
        one_line(beamgraph("engine", "start", folder=small), "the data directory is full")
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_serving_to_others_is_refused(embedded_target: Target, tmp_path: Path) -> None:
    done = beamgraph("serve", "--host", "0.0.0.0", target=embedded_target, folder=tmp_path)
    one_line(done, "loopback only")


def test_a_setting_that_cannot_be(tmp_path: Path) -> None:
    environment = {**os.environ, "BEAMGRAPH_PORT": "many", "BEAMGRAPH_DATA_DIR": str(tmp_path)}
    words = [sys.executable, "-m", "beamgraph", "engine", "status"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    one_line(done, "BEAMGRAPH_PORT")


def test_a_row_that_never_was(
    embedded_graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    migrate = ("migrate", "ispyb", chain_files["dls"].url)
    assert beamgraph(*migrate, target=embedded_graph.target, folder=tmp_path).returncode == 0
    trace = ("trace", "ispyb", "BLSample")
    assert "mapped" in beamgraph(*trace, "374695", folder=tmp_path).stdout
    one_line(beamgraph(*trace, "1", folder=tmp_path), "no row '1'")
    folded = beamgraph("trace", "ispyb", "AutoProcScalingStatistics", "1770664", folder=tmp_path)
    assert "ispyb:AutoProcScaling:596148" in folded.stdout
