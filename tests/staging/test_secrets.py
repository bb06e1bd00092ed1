"""No message holds a piece of a password, however the address is written."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beamgraph.settings import read_settings
from graph.problem import Problem
from migrators.icat import connect as icat
from migrators.ispyb import connect as ispyb
from migrators.staging import Access, parse_address
from migrators.staging.options import arguments

PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=24)
FORMS = st.sampled_from(
    [
        "mysql+pymysql://user:{0}@host/db",
        "mysql+pymysql://user:{0}@host:port/db",
        "mysql+pymysql://user:{0}@host:99999/db",
        "mysql+pymysql://user:{0}@ho st/db",
        "mysql+pymysql://user:{0}/host/db",
        "mysql+pymysql://user:{0}",
        "mysql+pymysql://:{0}@",
        "mysql://user:{0}@host/db?ssl_ca=/nowhere/ca.pem",
        "mysql://user:{0}@host/db?colour=red",
        "mysql://user:{0}@host/db?charset=latin1",
        "mysql+pymysql:/user:{0}@host/db",
        "mysql+pymysql//user:{0}@host/db",
        "user:{0}@host/db",
        "postgresql://user:{0}@host/db",
        "sqlite://user:{0}@host/db",
        "mysql://user@host/db?password={0}",
        "mysql://user@host/db?ssl_key_password={0}&ssl_cert=/nowhere",
    ]
)
SHOWN = "mysql+pymysql://host postgresql sqlite:///file user password name"


def pieces(secret: str) -> set[str]:
    return {secret[at : at + 4] for at in range(len(secret) - 3)}


@given(form=FORMS, secret=PASSWORDS)
@example(form="mysql+pymysql://user:{0}@host/db", secret="se:cr/et@wo?rd#x")
@example(form="mysql+pymysql://user:{0}@host:port/db", secret="pa@ss:word")
@example(form="mysql+pymysql://user:{0}/host/db", secret="secret")
def test_no_message_holds_a_piece_of_a_password(form: str, secret: str) -> None:
    address = form.format(secret)
    for system in (ispyb, icat):
        said = str(_problem_of(address, system) or "")
        fixed = str(_problem_of(form.format("0"), system) or "") + SHOWN
        assert not {piece for piece in pieces(secret) if piece in said and piece not in fixed}
        assert said.isprintable()


def _refused(address: str) -> None:
    """Only what is refused before anybody is asked: no server is called."""
    if "://" not in address:
        icat.opened(address, Path("/nowhere"))


def _problem_of(address: str, system: object) -> Problem | None:
    try:
        arguments(parse_address(address)) if system is ispyb else _refused(address)
    except Problem as problem:
        return problem
    return None


@given(secret=PASSWORDS.filter(lambda text: not set(text) & set("%?&=")))
def test_a_password_needs_no_encoding_where_it_is_clear(secret: str) -> None:
    if "@" not in secret.rpartition("@")[2] and "#" not in secret:
        found = parse_address(f"mysql://user:{secret}@host:3307/db")
        assert (found.password, found.host, found.port) == (secret, "host", 3307)
        assert found.place == "mysql://host"
        assert secret not in repr(found)


@given(secret=PASSWORDS)
def test_the_graph_address_is_not_shown(secret: str) -> None:
    with pytest.raises(Problem) as told:
        read_settings(graph_url=f"bolt://neo4j:{secret}@host:7687").target()
    fixed = "not the address of a graph (bolt:// or neo4j://, a host, a port) BEAMGRAPH_GRAPH_URL "
    fixed += "user and password are BEAMGRAPH_GRAPH_USER and BEAMGRAPH_GRAPH_PASSWORD"
    assert not {piece for piece in pieces(secret) if piece in str(told.value)} - pieces(fixed)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("se#cr\u00e9t \nnot this\n", encoding="utf-8")
    file.chmod(0o600)
    address = parse_address("mysql://ada@host/db")
    assert Access(password_file=file).opens(address).password == "se#cr\u00e9t "
    assert Access("other", file).opens(address).password == "se#cr\u00e9t "
    assert Access("env").opens(address).password == "env"
    own = parse_address("mysql://ada:mine@host/db")
    assert Access("env", file).opens(own).password == "mine"


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("[client]\npassword=secret\n")
    file.chmod(0o640)
    for access in (Access(password_file=file), Access(defaults_file=file)):
        with pytest.raises(Problem, match="others may read this file") as told:
            access.opens(parse_address("mysql://host/db"))
        assert "secret" not in str(told.value)


def test_an_option_file_is_read_as_mariadb_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    file.write_text(
        "!includedir /etc/nowhere\n[mysqld]\nport=1\n[client]\nuser = ada  # who\n"
        "password = 'p#a \\\\ ss'\nport=3311\nhost=db.example\n"
        "default_character_set=utf8mb4\nssl-verify-server-cert\nssl_ca=/x/ca.pem\nskip-auto-rehash\n"
    )
    file.chmod(0o600)
    found = Access(defaults_file=file).opens(parse_address("mysql:///ispyb"))
    assert (found.user, found.password, found.host, found.port) == (
        "ada", "p#a \\ ss", "db.example", 3311,
    )  # fmt: skip
    assert found.options == {
        "charset": "utf8mb4", "ssl_verify_identity": "true", "ssl_ca": "/x/ca.pem",
    }  # fmt: skip
    named = Access(defaults_file=file).opens(parse_address("mysql://bob:x@h:3/db?charset=utf8"))
    assert (named.user, named.password, named.host, named.port) == ("bob", "x", "h", 3)
    assert named.options["charset"] == "utf8"


def test_an_option_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    file.write_text("password=secret\n")
    with pytest.raises(Problem) as told:
        Access(defaults_file=file).opens(parse_address("mysql://host/db"))
    assert "secret" not in str(told.value)
