"""A server as a person starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.parts.ispyb import Database


@pytest.fixture(scope="session")
def served(
    chain_files: dict[str, Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """`beamgraph serve`, as a person starts it, over a migrated chain."""
    folder = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(folder)}
    words = [sys.executable, "-m", "beamgraph"]
    migrate = [*words, "migrate", "ispyb", chain_files["dls"].url, "--timezone", "Europe/London"]
    subprocess.run(migrate, env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [*words, "serve", "--port", "0", "--allow-decisions"],
        env=environment,
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
    subprocess.run([*words, "engine", "stop"], env=environment, check=True, capture_output=True)
    assert ended == 0, "the server did not end cleanly"
