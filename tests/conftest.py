"""The real parts that tests meet: MariaDB, Neo4j, the embedded engine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from graph.engine import Graph, Target, create_constraints, embedded, neo4j_server
from graph.model import default_model
from graph.problem import Problem
from tests.parts.ispyb import Database, sqlite_chain
from tests.parts.mariadb import MariaDbServer

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("embedded", "neo4j")

pytest_plugins = ("tests.parts.quick",)

# Servers that live for seconds: what takes a JVM longest is to become fast.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

# How long an example takes says how busy the machine is, nothing else.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def missing(part: str) -> NoReturn:
    """A part this machine does not have: loud, not run, and a failure in CI."""
    text = f"NOT RUN: this machine has no {part}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(scope="session")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def embedded_target(server: None, data_root: Path) -> Iterator[Target]:
    yield embedded.start(data_root, idle_seconds=3600.0).target()
    embedded.stop(data_root)


def neo4j_library() -> Path:
    """The jars of Neo4j."""
    try:
        return neo4j_server.install(ROOT / ".parts" / "neo4j")
    except Problem as problem:
        missing(f"Neo4j ({problem})")


@pytest.fixture(scope="session")
def neo4j_target(server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with neo4j_server.running(neo4j_library(), tmp_path_factory.mktemp("neo4j")) as target:
        yield target


@pytest.fixture(scope="session", params=ENGINES)
def target(server: None, request: pytest.FixtureRequest) -> Target:
    """Each engine in turn."""
    found: Target = request.getfixturevalue(f"{request.param}_target")
    return found


def wipe(graph: Graph) -> None:
    """An empty graph with its constraints."""
    while graph.write("MATCH (n) WITH n LIMIT 2000 DETACH DELETE n")["nodes_deleted"]:
        pass
    create_constraints(graph, default_model())


@pytest.fixture
def graph(target: Target) -> Iterator[Graph]:
    """An empty graph on each engine."""
    with Graph(target) as found:
        wipe(found)
        yield found


@pytest.fixture
def embedded_graph(embedded_target: Target) -> Iterator[Graph]:
    """An empty graph on the embedded engine alone."""
    with Graph(embedded_target) as found:
        wipe(found)
        yield found


@pytest.fixture(scope="session")
def mariadb(server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbServer]:
    if shutil.which("mariadbd") is None:
        missing("MariaDB")
    with MariaDbServer(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="session")
def chain_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Database]:
    """The real chain as SQLite files, in both flavours."""
    folder = tmp_path_factory.mktemp("chain")
    return {flavour: sqlite_chain(flavour, folder) for flavour in ("dls", "esrf")}
