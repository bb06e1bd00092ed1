"""`--quick`: the tests that need no server, Java, browser or network, and map no whole database.

A test is left out when it asks for the fixture `server` or `migration`, by itself or through
another fixture. One that does such a thing without asking fails in the quick lane, so none can
slip in; see `guarded/sitecustomize.py`.
"""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

GUARD = Path(__file__).resolve().parent / "guarded"
NOTES = "QUICK_TESTS_NOTES"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--quick", action="store_true", help="only what takes moments")


def takes_long(item: pytest.Item) -> bool:
    """Whether a test asks for what takes long."""
    return not {"server", "migration"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks for a server; nothing left is a mistake, not a success."""
    if not config.getoption("quick"):
        return
    kept = [item for item in items if not takes_long(item)]
    if items and not kept:
        raise pytest.UsageError(
            "none of these tests is quick: each asks for a server or a migration"
        )
    config.hook.pytest_deselected(items=[item for item in items if takes_long(item)])
    items[:] = kept


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> None:
    """What starts a server, a Java machine or a browser, or uses the network, asks for this."""
    if pytestconfig.getoption("quick"):
        pytest.fail("a server was started for a test that does not use the fixture `server`")


@pytest.fixture(scope="session")
def migration() -> None:
    """What maps a whole database, or simulates many, asks for this: it takes a minute, not a moment."""


@pytest.fixture(scope="session")
def notes(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path | None]:
    """In the quick lane, the file that says what was refused; the guard is up as long."""
    if not pytestconfig.getoption("quick"):
        yield None
        return
    path = tmp_path_factory.mktemp("quick") / "refused"
    path.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NOTES, str(path))
        patch.setenv("PYTHONPATH", str(GUARD), prepend=os.pathsep)
        _put_up()
        yield path


def _put_up() -> None:
    """Guard this very process, which has long imported its own sitecustomize."""
    found = importlib.util.spec_from_file_location("guard", GUARD / "sitecustomize.py")
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(importlib.util.module_from_spec(found))


@pytest.fixture(autouse=True)
def nothing_started(request: pytest.FixtureRequest, notes: Path | None) -> Iterator[None]:
    """A test of the quick lane fails where something was refused, even if it caught the error."""
    yield
    if notes is not None:
        refused = notes.read_text(encoding="utf-8")
        notes.write_text("", encoding="utf-8")
        assert refused == "", f"{request.node.nodeid} needs the fixture `server` or `migration`"
