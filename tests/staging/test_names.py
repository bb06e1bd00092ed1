"""A source is looked up among the known ones, whoever names it."""

from pathlib import Path

import pytest

from graph.problem import Problem
from migrators.report.trace import locate, trace

STRANGE = ["../../etc", "/etc", "..", ".", "", "o'brien", "a/b", "x\0y", "ä", "x" * 300]


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_reads_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "manifest.json").write_text("{}")
    assert locate(tmp_path, name, "T", "1") == (f"{name}:T:1", False)
    with pytest.raises(Problem, match="cannot be the name of a source"):
        trace(tmp_path, name, "T", "1")


@pytest.mark.parametrize(
    "text", ["{}", "[]", "not json", "", '{"tables": []}', "null", '{"tables": {"a": 1}}']
)
def test_a_damaged_manifest_is_one_line(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "sources" / "icat"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(text)
    for ask in (locate, trace):
        with pytest.raises(Problem, match="manifest of this snapshot is damaged"):
            ask(tmp_path, "icat", "Dataset", "1")


def test_a_name_without_a_snapshot(tmp_path: Path) -> None:
    assert locate(tmp_path, "icat", "Dataset", "1") == ("icat:Dataset:1", False)
    with pytest.raises(Problem, match="no source is called 'icat'"):
        trace(tmp_path, "icat", "Dataset", "1")
