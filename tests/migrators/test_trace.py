"""`trace` names the things that rows describe now, not what they were before sources met."""

from pathlib import Path

import pytest

from migrators.report.trace import trace
from tests.parts.pair import Pair
from tests.parts.wanted import Told

pytestmark = pytest.mark.usefixtures("migration")


def described(told: Told) -> dict[str, tuple[str, ...]]:
    """What every record describes in the graph."""
    found: dict[str, list[str]] = {}
    for kind, record, thing in told.edges:
        if kind == "DESCRIBES":
            found.setdefault(record, []).append(thing)
    return {record: tuple(sorted(things)) for record, things in found.items()}


def test_every_row_is_traced_to_what_its_record_describes(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.collection(7)
    pair.run(1, "autoPROC")
    raw = pair.dataset(7)
    alone = pair.dataset(None, name="run_02", location="/x/y", startDate="2024-05-03 10:00:00")
    told = pair.told()
    known = described(told)
    assert known[f"icat:Dataset:{raw}"] == ("dataset:ispyb:DataCollection:7",)
    for record, things in known.items():
        source, table, key = record.split(":")
        assert trace(tmp_path / "data", source, table, key).entities == things, record
    own = trace(tmp_path / "data", "icat", "Dataset", str(alone))
    assert own.entities == (f"dataset:icat:Dataset:{alone}",)


def test_a_folded_row_is_traced_to_what_its_owner_describes(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.collection(7)
    pair.dataset(7)
    pair.told()
    fate = trace(tmp_path / "data", "icat", "DatasetParameter", "1")
    assert (fate.fate, fate.entities) == ("folded", ("dataset:ispyb:DataCollection:7",))
