"""A table that is damaged, a server that dies: one line that names it, and the snapshot stays."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.problem import Problem
from migrators.staging import open_source, parse_address, stage
from migrators.staging.snapshot import Facts, Snapshot
from tests.parts.mariadb import MariaDbServer

pytestmark = pytest.mark.usefixtures("migration")

FACTS = Facts("a", "ispyb", "dls", "here", "UTC")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MariaDbServer]:
    if shutil.which("mariadbd") is None:
        pytest.skip("NOT RUN: this machine has no MariaDB")
    with MariaDbServer(tmp_path / "server") as found:
        yield found


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()


def statements(server: MariaDbServer, *texts: str) -> None:
    client = server.connect("broken")
    with client.cursor() as cursor:
        for text in texts:
            cursor.execute(text)
    client.close()


def test_a_damaged_table_is_named_and_the_snapshot_stays(
    server: MariaDbServer, tmp_path: Path
) -> None:
    statements(
        server,
        "CREATE TABLE Broken (id int primary key, t varchar(9)) ENGINE=MyISAM",
        "INSERT INTO Broken VALUES (1, 'a'), (2, 'b')",
        "FLUSH TABLES",
    )
    source = open_source(parse_address(server.url("broken")))
    stage(source, tmp_path / "data", FACTS, lambda *_: None).save()
    before = (tmp_path / "data" / "manifest.json").read_bytes()
    os.truncate(tmp_path / "server" / "data" / "broken" / "Broken.MYD", 3)
    statements(server, "FLUSH TABLES")
    with pytest.raises(Problem) as told:
        stage(source, tmp_path / "data", FACTS, lambda *_: None)
    line = str(told.value)
    assert line.startswith("mysql+pymysql://127.0.0.1: ")
    assert "table Broken is damaged" in line
    assert "repair it at the source" in line
    assert (tmp_path / "data" / "manifest.json").read_bytes() == before
    loaded = Snapshot.load(tmp_path / "data")
    assert loaded is not None
    assert loaded.rows == 2


@pytest.mark.parametrize("how", ["server", "connection"])
def test_what_is_killed_in_the_middle_is_one_line(
    server: MariaDbServer, tmp_path: Path, how: str
) -> None:
    statements(server, "CREATE TABLE big SELECT seq AS id, repeat('x', 2000) t FROM seq_1_to_40000")
    source = open_source(parse_address(server.url("broken")))

    def kill(_: str, done: int) -> None:
        if done and how == "server":
            server._process.kill()
            server._process.wait()
        elif done:
            client = server.connect("broken")
            with client.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM information_schema.processlist WHERE id <> connection_id()"
                )
                for (number,) in cursor.fetchall():
                    cursor.execute(f"KILL {number}")
            client.close()

    with pytest.raises(Problem, match="table big"):
        stage(source, tmp_path / "data", FACTS, kill)


def test_no_server_and_no_database(server: MariaDbServer) -> None:
    with pytest.raises(Problem, match=r"cannot be read.*check address"):
        open_source(parse_address("mysql://u:secret@127.0.0.1:9/x"))
    with pytest.raises(Problem, match="cannot be read: Unknown database"):
        open_source(parse_address(server.url("nowhere")))
    with pytest.raises(Problem, match="Access denied") as told:
        open_source(parse_address(server.url("broken", password="wr0ng€")))
    assert "wr0ng" not in str(told.value)


def test_text_of_sqlite_that_is_none_is_kept_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        db.execute("INSERT INTO t VALUES (1, CAST(X'C5636869E96E' AS TEXT)), (2, 'plain')")
    db.close()
    source = open_source(parse_address(f"sqlite:///{path}"))
    snapshot = stage(source, tmp_path / "data", FACTS, lambda *_: None)
    assert [chunk.spelled for chunk in snapshot.tables["t"].chunks] == [{"name": 1}]


def test_a_damaged_sqlite_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a TEXT)")
        db.executemany("INSERT INTO t VALUES (?)", [["x" * 500]] * 500)
    db.close()
    source = open_source(parse_address(f"sqlite:///{path}"))
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * 40_000 + content[48_192:])
    with pytest.raises(Problem, match="table t is damaged"):
        stage(source, tmp_path / "data", FACTS, lambda *_: None)


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbServer]:
    """A server with a certificate of an authority, and users who must encrypt."""
    if shutil.which("mariadbd") is None:
        pytest.skip("NOT RUN: this machine has no MariaDB")
    tmp_path = tmp_path_factory.mktemp("tls")
    (tmp_path / "server").mkdir()
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    for name in ("ca", "other", "client"):
        openssl(
            tmp_path, *new, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"
        )
    openssl(
        tmp_path, *new, "-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=db",
        "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
        "-CA", "ca.pem", "-CAkey", "ca.key",
    )  # fmt: skip
    options = [f"--ssl-ca={tmp_path}/client.pem", f"--ssl-cert={tmp_path}/server.pem",
               f"--ssl-key={tmp_path}/server.key"]  # fmt: skip
    with MariaDbServer(tmp_path / "server", options) as server:
        statements(server, "CREATE TABLE t (a int)")
        with server._root() as root, root.cursor() as cursor:
            cursor.execute("CREATE USER 'tls'@'%' IDENTIFIED BY 'p' REQUIRE SSL")
            cursor.execute("CREATE USER 'own'@'%' IDENTIFIED BY 'p' REQUIRE X509")
            cursor.execute("GRANT ALL ON broken.* TO 'tls'@'%', 'own'@'%'")
        yield server


def certificates(server: MariaDbServer) -> Path:
    return server.folder.parent


def cipher(server: MariaDbServer, user: str, **options: object) -> str:
    """What the connection that reads rows is encrypted with."""
    told = "&".join(f"{name}={value}" for name, value in options.items())
    address = f"mysql+pymysql://{user}:p@127.0.0.1:{server.port}/broken?{told}"
    source = open_source(parse_address(address))
    with source.reading() as reader:
        ((_, found),) = next(reader.rows("SHOW SESSION STATUS LIKE 'Ssl_cipher'"))
    return str(found)


def test_what_encrypts_holds_for_the_connection_that_reads(tls: MariaDbServer) -> None:
    tmp_path = certificates(tls)
    ca = tmp_path / "ca.pem"
    assert cipher(tls, "tls", ssl_ca=ca)
    assert cipher(tls, "tls", ssl_ca=ca, ssl_verify_identity="true")
    assert cipher(tls, "tls", ssl="true")
    assert cipher(tls, "tls")  # where the server can, it is asked to
    assert cipher(tls, "tls", ssl_ca=tmp_path / "other.pem", ssl_verify_cert="false")
    client = {"ssl_cert": tmp_path / "client.pem", "ssl_key": tmp_path / "client.key"}
    assert cipher(tls, "own", ssl_ca=ca, **client)
    assert cipher(tls, "tls", connect_timeout=5, read_timeout=30, charset="utf8mb4",
                  program_name="x", sql_mode="", init_command="SET sql_safe_updates = 0")  # fmt: skip


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"ssl_ca": "other.pem"}, "certificate verify failed"),
        ({"ssl_ca": "no.pem"}, "the option ssl_ca of the URL cannot be used"),
        ({"ssl_ca": "server.key"}, "the option ssl_ca of the URL cannot be used"),
        ({"ssl_disabled": "true"}, "Access denied"),
        ({"ssl_disabled": "true", "ssl_ca": "ca.pem"}, "ssl_ca"),
        ({"ssl_cert": "no.pem"}, "ssl_cert"),
        ({"ssl_mode": "REQUIRED"}, "the option ssl_mode of the URL cannot be used: it is none of"),
        ({"local_infile": "1"}, "local_infile"),
        ({"charset": "latin1"}, "charset"),
        ({"read_timeout": "soon"}, "read_timeout"),
    ],
)
def test_an_option_that_cannot_hold_is_refused_by_name(
    tls: MariaDbServer, options: dict[str, str], part: str
) -> None:
    tmp_path = certificates(tls)
    told = {k: tmp_path / v if v.endswith((".pem", ".key")) else v for k, v in options.items()}
    with pytest.raises(Problem, match=part) as problem:
        cipher(tls, "tls", **told)
    assert str(problem.value).startswith("mysql+pymysql://127.0.0.1: ")


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(
    server: MariaDbServer,
) -> None:
    statements(server, "CREATE TABLE t (a int)")
    assert open_source(parse_address(server.url("broken"))).shapes
    with pytest.raises(Problem, match="SSL"):
        open_source(parse_address(server.url("broken") + "?ssl=true"))


def test_a_name_that_does_not_match_is_refused(tls: MariaDbServer) -> None:
    tmp_path = certificates(tls)
    ca = tmp_path / "ca.pem"
    address = f"mysql://tls:p@localhost:{tls.port}/broken?ssl_ca={ca}"
    with pytest.raises(Problem, match="certificate verify failed"):
        open_source(parse_address(address))
    assert open_source(parse_address(f"{address}&ssl_verify_identity=false")).shapes


def test_lower_case_tables_of_an_icat(tmp_path: Path) -> None:
    """`lower_case_table_names=1`: an ICAT is known all the same."""
    from beamgraph.simulator.tables import mariadb_table, tables
    from migrators.icat import connect as icat

    with MariaDbServer(tmp_path / "server", ["--lower-case-table-names=1"]) as server:
        client = server.connect("icat")
        with client.cursor() as cursor:
            for name, columns in tables("icat").items():
                cursor.execute(mariadb_table(name, columns))
            cursor.execute("INSERT INTO FACILITY (ID, CREATE_ID, CREATE_TIME, MOD_ID, MOD_TIME, NAME) "
                           "VALUES (1, 'a', '2024-01-01', 'a', '2024-01-01', 'here')")  # fmt: skip
        client.close()
        source = icat.opened(server.url("icat"), tmp_path)
        assert source.shapes["DataCollection"].source_name == "datacollection"
        assert icat.facilities_of(source) == ["here"]
        snapshot = stage(source, tmp_path / "data", FACTS, lambda *_: None)
        assert snapshot.tables["Facility"].rows == 1
