"""The embedded server: a process of its own, private, durable, and gone when idle."""

import stat
import time
from pathlib import Path

import pytest

from graph.engine import Graph, embedded

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def folder(tmp_path: Path) -> object:
    yield tmp_path
    embedded.stop(tmp_path)


def test_data_survive_a_restart_and_the_password_is_the_users_own(folder: Path) -> None:
    first = embedded.start(folder)
    assert embedded.start(folder) == first
    for name in ("engine.json", "password"):
        mode = stat.S_IMODE((embedded.home(folder) / name).stat().st_mode)
        assert mode == 0o600
    assert stat.S_IMODE(embedded.home(folder).stat().st_mode) == 0o700
    with Graph(first.target()) as graph:
        assert graph.dialect.name == "embedded"
        graph.write("CREATE (:Sample {id: 'kept'})")
    assert embedded.stop(folder) is True
    assert embedded.status(folder) is None
    assert embedded.stop(folder) is False
    second = embedded.start(folder)
    assert second.pid != first.pid
    assert second.password == first.password
    with Graph(second.target()) as graph:
        assert graph.run("MATCH (s:Sample) RETURN s.id AS id") == [{"id": "kept"}]


def test_it_ends_when_nobody_is_connected_for_a_while(folder: Path) -> None:
    running = embedded.start(folder, idle_seconds=3)
    with Graph(running.target()):
        time.sleep(5)
        assert embedded.status(folder) == running
    deadline = time.monotonic() + 20
    while embedded.status(folder) is not None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert embedded.status(folder) is None


def test_a_file_that_was_left_behind_fools_nobody(folder: Path) -> None:
    running = embedded.start(folder)
    told = (embedded.home(folder) / "engine.json").read_text()
    embedded.stop(folder)
    (embedded.home(folder) / "engine.json").write_text(told)
    assert embedded.status(folder) is None
    assert embedded.start(folder).pid != running.pid
