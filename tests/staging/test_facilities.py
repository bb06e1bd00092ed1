"""Two facilities in one ICAT stay two; a source without rows, or another one, is no accident."""

from pathlib import Path

import pytest

from graph.problem import Problem
from migrators.run import Order
from tests.parts.icat import Icat, write_yaml
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")


def two(path: Path) -> str:
    """One name of an instrument and of a proposal at each of two facilities."""
    icat = Icat(path)
    other = icat.add("Facility", name="Other Place")
    for facility in (icat.facility, other):
        kind = icat.add("InvestigationType", name="X", facility=facility)
        raw = icat.add("DatasetType", name="raw", facility=facility)
        beamline = icat.add("Instrument", name="ID01", facility=facility)
        visit = icat.add(
            "Investigation", name="MX-1", visitId="1", title="t", type=kind, facility=facility
        )
        icat.add("InvestigationInstrument", investigation=visit, instrument=beamline)
        icat.add("Dataset", name="d", complete=1, investigation=visit, type=raw)
    return icat.done()


def names(graph: Told, label: str) -> dict[str, str]:
    return {identity: row["facility"] for identity, row in graph.nodes[label].items()}


@pytest.mark.parametrize("form", ["sql", "dump"])
def test_what_a_thing_is_called_hangs_on_its_own_facility(tmp_path: Path, form: str) -> None:
    address = two(tmp_path / "icat.sqlite")
    if form == "dump":
        address = str(write_yaml(tmp_path / "icat.sqlite", tmp_path / "icat.yaml"))
    graph = told(tmp_path / "data", Order("icat", address, "icat", zone="UTC"))
    for label in ("Instrument", "Proposal"):
        start = {"Instrument": "id01", "Proposal": "mx1"}[label]
        assert names(graph, label) == {
            f"{label.lower()}:esnf:{start}": "ESNF",
            f"{label.lower()}:other-place:{start}": "Other Place",
        }


def test_one_word_for_several_facilities_is_refused(tmp_path: Path) -> None:
    address = two(tmp_path / "icat.sqlite")
    with pytest.raises(Problem, match="names 2 facilities"):
        told(tmp_path / "data", Order("icat", address, "icat", "mine", "UTC"))


def filled(path: Path, facility: str, rows: int) -> str:
    icat = Icat(path)
    icat.db.execute("UPDATE FACILITY SET NAME = ?", [facility])
    kind, raw = icat.add("InvestigationType", name="X"), icat.add("DatasetType", name="raw")
    visit = icat.add("Investigation", name="A-1", visitId="1", title="t", type=kind)
    for number in range(rows):
        icat.add("Dataset", name=f"{path.stem} {number}", complete=1, investigation=visit, type=raw)
    return icat.done()


def test_another_facility_under_a_name_that_is_taken(tmp_path: Path) -> None:
    first = filled(tmp_path / "a.sqlite", "here", 3)
    second = filled(tmp_path / "b.sqlite", "there", 3)
    told(tmp_path / "data", Order("icat", first, "icat", zone="UTC"))
    with pytest.raises(Problem, match=r"facility is here, not there; .*--as"):
        told(tmp_path / "data", Order("icat", second, "icat", zone="UTC"))


def test_another_database_under_a_name_that_is_taken(tmp_path: Path) -> None:
    first = filled(tmp_path / "a.sqlite", "here", 400)
    second = filled(tmp_path / "b.sqlite", "here", 30)
    told(tmp_path / "data", Order("icat", first, "icat", zone="UTC"))
    with pytest.raises(Problem, match="--as OTHERNAME") as said:
        told(tmp_path / "data", Order("icat", second, "icat", zone="UTC"))
    assert str(said.value).count("--accept-deletes") == 1
    order = Order("icat", second, "icat", zone="UTC", accepted=("*",))
    assert len(told(tmp_path / "data", order).nodes["Dataset"]) == 30


def test_a_source_without_rows_and_one_that_was_emptied(tmp_path: Path) -> None:
    empty = Icat(tmp_path / "empty.sqlite")
    empty.db.execute("DELETE FROM FACILITY")
    address = empty.done()
    graph = told(tmp_path / "data", Order("icat", address, "icat", zone="UTC"))
    assert graph.account.totals()["read"] == 0
    small = filled(tmp_path / "small.sqlite", "here", 2)
    graph = told(tmp_path / "other", Order("icat", small, "icat", zone="UTC"))
    assert graph.nodes["Dataset"]
    emptied = Icat(tmp_path / "emptied.sqlite")
    emptied.db.execute("DELETE FROM FACILITY")
    graph = told(tmp_path / "other", Order("icat", emptied.done(), "icat", zone="UTC"))
    assert not graph.nodes.get("Dataset")


def test_a_dump_of_one_facility(tmp_path: Path) -> None:
    file = Path(__file__).parent.parent / "data" / "dumps" / "yaml-facility-only.yaml"
    graph = told(tmp_path / "data", Order("icat", str(file), "icat"))
    assert graph.account.totals()["read"] == 1


@pytest.mark.parametrize(
    "name", ["../x", "/tmp/x", "o'brien", "", "a b", "ä", "x" * 65, ".", "a\n"]
)
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    address = filled(tmp_path / "a.sqlite", "here", 1)
    before = sorted(tmp_path.rglob("*"))
    for dry in (True, False):
        with pytest.raises(Problem, match="cannot be the name of a source"):
            told(tmp_path / "data", Order("icat", address, name, zone="UTC", dry_run=dry))
    assert sorted(tmp_path.rglob("*")) == before
