"""No value goes without being seen: what is told and becomes none is counted, with its reason."""

import json
import math
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from beamgraph.simulator import Wish, simulate
from graph.model import default_model
from migrators.report.account import Account
from migrators.report.page import page
from migrators.report.proof import _account
from migrators.report.text import account_lines
from migrators.run import Order
from migrators.staging import Snapshot
from tests.parts.icat import Icat
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")


def column(account: Account, place: str, label: str = "Dataset") -> dict[str, Any]:
    """What became of the values of one column."""
    table, column = place.split(".", 1)
    (found,) = [
        item for item in account.values
        if (item["table"], item["column"], item["label"]) == (table, column, label)
    ]  # fmt: skip
    return found


def findings(data: Path, name: str) -> list[str]:
    snapshot = Snapshot.load(data / "sources" / name)
    assert snapshot is not None
    return [f"{item.kind} {item.what} {item.id}" for item in _account(snapshot)]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """An ESRF ISPyB, whose columns are loosely typed, with values that cannot be."""
    folder = tmp_path_factory.mktemp("strange")
    simulate(Wish(folder, seed=5, scale=0.0002))
    with sqlite3.connect(folder / "ispyb-esrf.sqlite") as db:
        keys = [
            key for (key,) in db.execute("SELECT dataCollectionId FROM DataCollection ORDER BY 1")
        ]
        for key, name, value in (
            (keys[0], "numberOfImages", "inf"), (keys[1], "numberOfImages", "99999999999999999999"),
            (keys[2], "numberOfImages", "12.7"), (keys[3], "numberOfImages", "many"),
            (keys[4], "numberOfImages", "1e30"), (keys[5], "numberOfImages", ""),
            (keys[0], "wavelength", math.inf), (keys[1], "wavelength", "nan"),
            (keys[2], "beamSizeAtSampleX", 1e308), (keys[0], "xBeam", math.inf), (keys[3], "omegaStart", -9999),
            (keys[0], "startTime", "0000-00-00 00:00:00"), (keys[1], "startTime", "2016-03-27 02:30:00"),
            (keys[2], "startTime", "2016-10-30 02:30:00"), (keys[3], "startTime", "9999-12-31 00:00:00"),
            (keys[4], "startTime", "1970-01-01 00:00:00"),
        ):  # fmt: skip
            db.execute(
                f'UPDATE DataCollection SET "{name}" = ? WHERE dataCollectionId = ?', (value, key)
            )
    db.close()
    order = Order("ispyb", f"sqlite:///{folder}/ispyb-esrf.sqlite", "ispyb", zone="Europe/Paris")
    return folder, told(folder / "data", order)


def test_a_dropped_value_is_counted_with_its_reason(strange: tuple[Path, Told]) -> None:
    account = strange[1].account
    images = column(account, "DataCollection.numberOfImages")
    assert images["dropped"] == 5
    assert images["told"] == images["kept"] + 5
    why = {item["examples"][0]["value"]: item["why"] for item in images["reasons"]}
    assert why["inf"] == "No finite number."
    assert why["12.7"] == "A fraction where a whole number is meant."
    assert why["many"] == ""
    assert images["unstated"] == 1
    beyond = next(item for item in images["reasons"] if item["why"].startswith("Beyond"))
    # SQLite keeps the digits of a column of numbers as a double.
    assert {one["value"] for one in beyond["examples"]} == {"1e+20", "1e+30"}
    assert column(account, "DataCollection.wavelength")["dropped"] == 2
    assert column(account, "DataCollection.beamSizeAtSampleX")["dropped"] == 1
    assert "-9999" in column(account, "DataCollection.omegaStart")["reasons"][0]["why"]


def test_times_that_are_none_and_that_came_twice(strange: tuple[Path, Told]) -> None:
    times = column(strange[1].account, "DataCollection.startTime")
    assert (times["dropped"], times["twice"], times["unstated"]) == (2, 1, 0)
    stored = {row.get("startTime") for row in strange[1].nodes["Dataset"].values()}
    assert {"9999-12-30T23:00:00.000Z", "1969-12-31T23:00:00.000Z"} <= stored


def test_verify_fails_where_nobody_stated_why_and_only_there(strange: tuple[Path, Told]) -> None:
    found = findings(strange[0] / "data", "ispyb")
    assert found == [
        "dropped ispyb:DataCollection numberOfImages",
        "dropped ispyb:DataCollection axisStart,numberOfImages,axisRange,overlap",
    ]


def test_every_form_of_the_account_says_so(strange: tuple[Path, Told]) -> None:
    account = strange[1].account
    lines = "\n".join(account_lines(account))
    assert "'12.7' of ispyb:DataCollection:" in lines
    assert "1 dropped: nobody has stated why ('many' of ispyb:DataCollection:" in lines
    html = page([account], [], "now")
    assert "nobody has stated why" in html
    assert "1e+30" in html
    told_ = json.loads(json.dumps(account.as_json()))
    assert told_["totals"]["values_dropped"] >= 11
    assert told_["totals"]["values_told"] == (
        told_["totals"]["values_kept"] + told_["totals"]["values_dropped"]
    )


def test_a_row_with_such_numbers_is_json_all_the_same(strange: tuple[Path, Told]) -> None:
    def no_constant(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    rows = strange[1].nodes["SourceRecord"].values()
    read = [json.loads(row["row"], parse_constant=no_constant) for row in rows]
    assert "Infinity" in {row.get("xBeam") for row in read}


@pytest.mark.parametrize("value", ["inf", "1e30", "99999999999999999999", "12.7", "nan"])
def test_a_parameter_that_is_no_whole_number_ends_nothing(tmp_path: Path, value: str) -> None:
    icat = Icat(tmp_path / "icat.sqlite")
    kind = icat.add("InvestigationType", name="MX")
    visit = icat.add("Investigation", name="MX-1", visitId="1", title="t", type=kind)
    kind = icat.add("DatasetType", name="raw")
    dataset = icat.add("Dataset", name="a", investigation=visit, type=kind, complete=1)
    for name in ("MX_numberOfImages", "MX_dataCollectionId", "scanNumber"):
        icat.parameter("Dataset", dataset, name, "NA", string=value)
    for size in (2**62, 2**62, 2**62):
        icat.add("Datafile", name=f"{size}", dataset=dataset, fileSize=size)
    graph = told(tmp_path / "data", Order("icat", icat.done(), "icat", zone="UTC"))
    (node,) = graph.nodes["Dataset"].values()
    assert node.get("numberOfImages") is None
    assert node.get("size") is None
    assert column(graph.account, "Datafile.FILESIZE")["dropped"] == 1
    assert findings(tmp_path / "data", "icat") == []


@pytest.mark.parametrize("system", ["ispyb-dls", "ispyb-esrf", "icat"])
def test_what_the_simulator_makes_drops_nothing_without_a_reason(
    system: str, tmp_path: Path
) -> None:
    simulate(Wish(tmp_path, seed=random.Random(system).randrange(99), scale=0.0005, noise=2))
    name = system.split("-")[0]
    graph = told(tmp_path / "data", Order(name, f"sqlite:///{tmp_path}/{system}.sqlite", name))
    assert [item for item in graph.account.values if item["unstated"]] == []
    assert graph.account.totals()["values_kept"] > 1000
    labels = default_model().labels
    assert {item["label"] for item in graph.account.values} <= set(labels)
