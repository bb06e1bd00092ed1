"""Compiled mappings are kept between runs, and nothing hangs on it."""

from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from migrators.mapping import programs
from migrators.run import Order
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    folder = tmp_path_factory.mktemp("lumen")
    simulate(Wish(folder, seed=5, scale=0.0002))
    return Order("icat", f"sqlite:///{folder}/icat.sqlite", "icat")


def graph(found: Told) -> tuple[object, object]:
    return found.nodes.keys(), found.edges.keys()


def test_a_program_that_is_kept_gives_what_a_new_one_gives(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = told(tmp_path / "first", order)
    (kept,) = programs.folder().glob("*.json")
    made = kept.stat().st_ino
    assert graph(told(tmp_path / "second", order)) == graph(first)
    assert kept.stat().st_ino == made, "it was made again"
    kept.write_text("{", encoding="utf-8")
    assert graph(told(tmp_path / "third", order)) == graph(first)


def test_a_cache_that_cannot_be_written_is_no_error(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the cache should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert told(tmp_path / "data", order).nodes["Dataset"]


def test_the_programs_go_that_were_not_used_for_longest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(programs.KEPT + 3):
        programs.keep_program(programs.Program(f"{number:04d}", {}, {}))
        assert programs.load_program("0000") is not None
    assert len(list(programs.folder().glob("*.json"))) == programs.KEPT
    assert programs.load_program("0001") is None
    newest = programs.load_program(f"{programs.KEPT + 2:04d}")
    assert newest is not None
