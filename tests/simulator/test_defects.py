"""Defects of single rows: each occurs as often as its table says, and no run trips over one."""

from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from beamgraph.simulator.defects import Defect, Defects, defects
from beamgraph.simulator.noise import LEVELS
from beamgraph.simulator.tables import tables
from migrators.icat.schema import entities
from migrators.run import Order
from tests.parts.wanted import Told, told
from tests.simulator.test_simulator import ask

SCALE = 0.002
KNOBS = {item.knob: item for item in defects()}
ROW = {"startDate": "2024-05-02 10:00:00", "endDate": "2024-05-02 10:00:00"}


@pytest.fixture(scope="module")
def planted(
    migration: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[int, tuple[Path, dict[str, list[int]]]]:
    """A facility at each level, with what was planted in it."""
    made = {}
    for level in LEVELS:
        folder = tmp_path_factory.mktemp(f"defects{level}")
        made[level] = (folder, simulate(Wish(folder, scale=SCALE, noise=level))["defects"])
    return made


def place(item: Defect) -> tuple[str, str]:
    """The database in which a defect can be looked for, and its table there."""
    if item.database == "icat":
        return "icat", entities()[item.table.split("@")[0]].table
    if item.database == "ispyb":
        return ("ispyb-dls" if item.table in tables("ispyb-dls") else "ispyb-esrf"), item.table
    return item.database, item.table


@pytest.mark.parametrize("knob", sorted(KNOBS))
def test_a_defect_is_of_a_column_that_there_is(knob: str) -> None:
    database, table = place(KNOBS[knob])
    known = {column.name.lower() for column in tables(database)[table]}
    assert {name.lower() for name in KNOBS[knob].columns} <= known


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("knob", sorted(KNOBS))
def test_it_occurs_as_often_as_the_table_says(
    planted: dict[int, tuple[Path, dict[str, list[int]]]], knob: str, level: int
) -> None:
    rate = KNOBS[knob].rates[level]
    hits, rows = planted[level][1].get(knob, [0, 0])
    if rate == 0:
        assert hits == 0
    else:
        assert rows > 0, "no row can have it"
        spread = 4 * (rate * (1 - rate) / rows) ** 0.5
        assert abs(hits / rows - rate) <= spread + 1 / rows


def test_what_was_planted_is_in_the_database(
    planted: dict[int, tuple[Path, dict[str, list[int]]]],
) -> None:
    folder, told_ = planted[2]
    seen = 0
    for knob, item in KNOBS.items():
        word = item.spoil.removeprefix("set:")
        if word == item.spoil or not word or "Rest" in knob:
            continue
        database, table = place(item)
        query = f'SELECT count(*) FROM "{table}" WHERE CAST("{item.columns[0]}" AS text) LIKE \'{word}%\''
        ((there,),) = ask(folder, database, query)
        # A later defect of the same column may stand over an earlier one.
        assert int(str(there)) >= 0.8 * told_[knob][0] - 1, knob
        seen += 1
    assert seen > 15


def test_a_spoilt_row_keeps_what_is_not_spoilt() -> None:
    item = KNOBS["session_elsewhen"]
    row = {"sessionId": 1, "comments": "x", **ROW}
    assert item.spoilt(row) == {
        **row,
        "startDate": "2018-11-10 10:00:00",
        "endDate": "2018-11-10 10:00:00",
    }
    assert not item.bears({"sessionId": 1, "startDate": None, "endDate": None})
    assert Defects(0, __import__("random").Random(1)).of("ispyb", "BLSession", row=row) == (row, 0)


@pytest.fixture(scope="module", params=("ispyb-dls", "ispyb-esrf"))
def worst(
    migration: None,
    request: pytest.FixtureRequest,
    planted: dict[int, tuple[Path, dict[str, list[int]]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Told]:
    """Both databases with everything that is wrong with them, migrated."""
    folder = planted[2][0]
    orders = [
        Order("ispyb", f"sqlite:///{folder}/{request.param}.sqlite", "ispyb"),
        Order("icat", f"sqlite:///{folder}/icat.sqlite", "icat"),
    ]
    data = tmp_path_factory.mktemp(request.param)
    return data, told(data, *orders)


def test_nothing_is_lost_of_the_worst_of_databases(worst: tuple[Path, Told]) -> None:
    account = worst[1].account
    for name, table in account.tables.items():
        parts = table.mapped + table.folded + table.refused + table.excluded
        assert table.read == parts + table.not_mapped, name
    for link in account.links:
        parts = sum(link[part] for part in ("edges", "one", "folded", "dangling"))
        assert link["values"] == parts, link
    assert account.totals()["refused"] == 0


def test_no_secret_is_in_any_file(worst: tuple[Path, Told]) -> None:
    for path in worst[0].rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes(), path
