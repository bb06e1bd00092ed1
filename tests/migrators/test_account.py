"""Every row, column and reference of every table is accounted for."""

import sqlite3
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from beamgraph.simulator.tables import foreign_keys, tables
from migrators.mapping import read_mapping
from migrators.report.account import Account
from migrators.report.coverage import excluded
from migrators.run import Order
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")

DATABASES = ("ispyb-dls", "ispyb-esrf", "icat")


@pytest.fixture(scope="module", params=DATABASES)
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Told]:
    """A whole database, every table of which has rows."""
    folder = tmp_path_factory.mktemp(request.param)
    simulate(Wish(folder, seed=4, scale=0.002))
    system = request.param.split("-")[0]
    order = Order(system, f"sqlite:///{folder}/{request.param}.sqlite", system)
    return request.param, told(folder / "data", order)


@pytest.fixture
def account(migrated: tuple[str, Told]) -> Account:
    return migrated[1].account


def test_every_row_is_a_record_or_folded_or_refused_or_left_out(account: Account) -> None:
    for name, table in account.tables.items():
        assert table.read > 0, name
        whole = table.mapped + table.folded + table.refused + table.excluded
        assert table.read == whole, name
    assert account.totals()["refused"] == 0


def test_every_record_is_a_node_and_every_folded_row_is_counted_on_one(
    migrated: tuple[str, Told],
) -> None:
    records = migrated[1].nodes["SourceRecord"]
    totals = migrated[1].account.totals()
    assert len(records) == totals["mapped"]
    assert sum(row["folded"] for row in records.values()) == totals["folded"]


def test_every_reference_is_an_edge_or_folded_or_a_named_dangler(account: Account) -> None:
    for link in account.links:
        parts = ("edges", "one", "folded", "dangling")
        assert link["values"] == sum(link[part] for part in parts), link
    named = {f"{link['table']}.{link['column']}" for link in account.links if link["dangling"]}
    assert named == set()


def test_every_declared_reference_that_has_values_is_in_the_account(
    migrated: tuple[str, Told],
) -> None:
    name, graph = migrated
    if name == "icat":
        return
    there = {(link["table"].lower(), link["column"].lower()) for link in graph.account.links}
    declared = {(link.table.lower(), link.column.lower()) for link in foreign_keys(name)}
    assert there <= declared | {("dewarreport", "facilitycode")}
    assert len(there) > 0.6 * len(declared)


def test_no_column_is_undecided_and_what_is_left_out_says_why(account: Account) -> None:
    fates = {(item["table"], item["column"]): item for item in account.coverage}
    assert [place for place, item in fates.items() if item["fate"] == "undecided"] == []
    for item in fates.values():
        assert (item["why"] != "") == (item["fate"] in ("left out", "withheld")), item


LEFT_OUT = {
    "AdminActivity", "BeamApertures", "BeamCentres", "BeamlineStats", "CalendarHash",
    "CourierTermsAccepted", "LDAPSearchBase", "LDAPSearchParameters", "Log4Stat", "Login",
    "PHPSession", "SW_onceToken", "SchemaStatus", "UserGroup_has_LDAPSearchParameters", "v_run",
    "zc_ZocaloBuffer",
}  # fmt: skip


def test_the_tables_that_are_left_out_are_these(migrated: tuple[str, Told]) -> None:
    name, graph = migrated
    whole = {table for table, item in graph.account.tables.items() if item.excluded}
    assert whole == (set() if name == "icat" else LEFT_OUT & set(tables(name)))
    assert set(excluded(read_mapping("migrators.ispyb"))) == {name.lower() for name in LEFT_OUT}


def test_what_details_a_record_stands_in_it(migrated: tuple[str, Told]) -> None:
    name, graph = migrated
    if name != "ispyb-dls":
        return
    kept = [row for row in graph.nodes["SourceRecord"].values() if "details" in row]
    tables_ = {row["table"] for row in kept}
    assert {"Screening", "DataCollection", "BLSession", "Container"} <= tables_
    screening = next(row for row in kept if row["table"] == "Screening")
    assert '"ScreeningStrategySubWedge":[{' in screening["details"]
    assert '"axisStart":12.0' in screening["details"]


def test_a_table_and_a_column_that_nobody_knows_are_reported(tmp_path: Path) -> None:
    simulate(Wish(tmp_path, scale=0.0002))
    with sqlite3.connect(tmp_path / "ispyb-esrf.sqlite") as db:
        db.execute("ALTER TABLE BLSample ADD COLUMN shoeSize int")
        db.execute("ALTER TABLE BLSample ADD COLUMN api_token varchar(9)")
        db.execute("UPDATE BLSample SET shoeSize = 43, api_token = 'secret'")
        db.execute("CREATE TABLE SSXProcessingResult (id int primary key, value int)")
        db.execute("INSERT INTO SSXProcessingResult VALUES (1, 2), (2, 3)")
    db.close()
    order = Order("ispyb", f"sqlite:///{tmp_path}/ispyb-esrf.sqlite", "ispyb")
    graph = told(tmp_path / "data", order)
    undecided = [item for item in graph.account.coverage if item["fate"] == "undecided"]
    assert {(item["table"], item["column"]) for item in undecided} == {
        ("BLSample", "shoeSize"), ("SSXProcessingResult", "id"), ("SSXProcessingResult", "value"),
    }  # fmt: skip
    assert graph.account.tables["SSXProcessingResult"].not_mapped == 2
    row = graph.nodes["SourceRecord"]["ispyb:BLSample:1"]["row"]
    assert '"shoeSize":43' in row
    assert "secret" not in row
