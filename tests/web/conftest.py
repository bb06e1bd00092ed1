"""A server as a person starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from beamgraph.assemble import open_api
from beamgraph.settings import Settings
from graph.engine import Target
from graph.web import build_app
from tests.parts.ispyb import Database

WORDS = [sys.executable, "-m", "beamgraph"]


@contextmanager
def serving(settings: Mapping[str, str], *options: str) -> Iterator[str]:
    """The address of `beamgraph serve`, which must end cleanly."""
    server = subprocess.Popen(
        [*WORDS, "serve", "--port", "0", *options],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    found = re.search(r"http://\S+", server.stdout.readline())
    assert found is not None
    yield found[0].rstrip(";")
    server.terminate()
    ended = server.wait(20)
    server.stdout.close()
    assert ended == 0, "the server did not end cleanly"


@pytest.fixture(scope="session")
def served(
    server: None, chain_files: dict[str, Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """`beamgraph serve`, as a person starts it, over a migrated chain."""
    folder = tmp_path_factory.mktemp("served")
    settings = {"BEAMGRAPH_DATA_DIR": str(folder)}
    environment = {**os.environ, **settings}
    migrate = [*WORDS, "migrate", "ispyb", chain_files["dls"].url, "--timezone", "Europe/London"]
    subprocess.run(migrate, env=environment, check=True, capture_output=True)
    with serving(settings, "--allow-decisions") as address:
        yield address
    subprocess.run([*WORDS, "engine", "stop"], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def bare(embedded_target: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`beamgraph serve` over whatever the graph holds: for what matters before the graph is asked."""
    settings = {
        "BEAMGRAPH_DATA_DIR": str(tmp_path_factory.mktemp("bare")),
        "BEAMGRAPH_GRAPH_URL": embedded_target.url,
        "BEAMGRAPH_GRAPH_USER": embedded_target.user,
        "BEAMGRAPH_GRAPH_PASSWORD": embedded_target.password,
        "BEAMGRAPH_ALLOWED_HOSTS": "portal.example.org, other.example.org:8443",
    }
    with serving(settings, "--allow-decisions") as address:
        yield address


@pytest.fixture(scope="session")
def bare_client(
    embedded_target: Target, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The same application in this process, for thousands of generated requests."""
    settings = Settings(
        graph_url=embedded_target.url,
        graph_user=embedded_target.user,
        graph_password=embedded_target.password,  # type: ignore[arg-type]
        data_dir=tmp_path_factory.mktemp("bare-client"),
        allow_decisions=True,
    )
    app = build_app(lambda: open_api(settings))
    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as found:
        yield found
