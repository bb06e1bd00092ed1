"""The traps of reference/ispyb.md, each met by rows that have it."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.engine import Graph
from graph.model import default_model
from migrators.report.account import Account
from migrators.report.trace import trace
from migrators.run import Order, migrate
from tests.parts.ispyb import insert, sqlite_chain

Migrated = Callable[..., Account]


@pytest.fixture
def migrated(embedded_graph: Graph, tmp_path: Path) -> Migrated:
    """Migrates a chain after rows were added to it."""

    def run(flavour: str, *rows: tuple[str, dict[str, Any]], sql: tuple[str, ...] = ()) -> Account:
        database = sqlite_chain(flavour, tmp_path)
        with sqlite3.connect(database.path) as connection:
            for statement in sql:
                connection.execute(statement)
            for table, row in rows:
                insert(connection, table, row)
        connection.close()
        order = Order("ispyb", database.url, "ispyb", zone="Europe/London")
        return migrate(order, embedded_graph, tmp_path / "data", default_model(), lambda *_: None)

    return run


def one(graph: Graph, query: str) -> Any:
    (row,) = graph.run(query)
    return next(iter(row.values()))


def test_a_group_of_several_holds_its_parts_and_is_in_no_count_of_raw_datasets(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated("dls", ("DataCollection", {"dataCollectionId": 2, "dataCollectionGroupId": 988855}))
    group = "dataset:ispyb:DataCollectionGroup:988855"
    assert one(embedded_graph, f"MATCH (d:Dataset {{id: '{group}'}}) RETURN d.kind") == "group"
    parts = f"MATCH (:Dataset {{id: '{group}'}})<-[:PART_OF]-(d) RETURN count(d)"
    assert one(embedded_graph, parts) == 2
    assert one(embedded_graph, "MATCH (d:Dataset {kind: 'raw'}) RETURN count(d)") == 2


def test_a_declared_link_that_leads_nowhere_is_counted_not_followed(migrated: Migrated) -> None:
    account = migrated("dls", sql=("UPDATE BLSample SET containerId = 99",))
    assert account.danglers == {"BLSample: containerId>Container": 1}
    assert account.totals()["refused"] == 0


def test_zero_dates_are_absent_and_their_text_stays(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated("dls", sql=("UPDATE BLSession SET startDate = '0000-00-00 00:00:00'",))
    assert one(embedded_graph, "MATCH (i:Investigation) RETURN i.startTime") is None
    row = one(embedded_graph, "MATCH (r:SourceRecord {table: 'BLSession'}) RETURN r.row")
    assert '"startDate":"0000-00-00 00:00:00"' in row


STATUSES = (
    ("SUCCESS", None, "succeeded"),
    ("1", None, "succeeded"),
    ("0", None, "failed"),
    ("RUNNING", "processing successful", "succeeded"),
    ("", "processing failure", "failed"),
    ("RUNNING", None, "running"),
    (None, None, "unknown"),
)


def test_the_enumeration_of_esrf_keeps_its_text_and_the_message_decides(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    rows = [
        {"autoProcProgramId": key, "processingStatus": status, "processingMessage": message}
        for key, (status, message, _) in enumerate(STATUSES, start=1)
    ]
    migrated("esrf", *(("AutoProcProgram", row) for row in rows))
    for key, (status, _, outcome) in enumerate(STATUSES, start=1):
        told = embedded_graph.run(
            f"MATCH (p:Processing {{id: 'processing:ispyb:AutoProcProgram:{key}'}}) "
            "RETURN p.outcome AS outcome, p.sourceStatus AS status"
        )
        assert told == [{"outcome": outcome, "status": status}], status


def test_at_diamond_a_status_of_null_is_still_running(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated("dls", ("AutoProcProgram", {"autoProcProgramId": 1}))
    query = "MATCH (p:Processing {id: 'processing:ispyb:AutoProcProgram:1'}) RETURN p.outcome"
    assert one(embedded_graph, query) == "running"


def test_a_job_and_its_program_are_one_processing_that_used_every_sweep(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated(
        "dls",
        ("ProcessingJob", {"processingJobId": 7, "dataCollectionId": 993677, "automatic": 0}),
        ("ProcessingJobImageSweep", {"processingJobImageSweepId": 1, "processingJobId": 7, "dataCollectionId": 993677}),
        ("AutoProcProgram", {"autoProcProgramId": 1, "processingJobId": 7, "processingStatus": 1}),
        ("ProcessingJob", {"processingJobId": 8, "dataCollectionId": 993677, "automatic": 1}),
        ("ProcessingJobParameter", {"processingJobParameterId": 2, "processingJobId": 7, "parameterKey": "d_min", "parameterValue": "1.5"}),
        ("ProcessingJobParameter", {"processingJobParameterId": 1, "processingJobId": 7, "parameterKey": "say \"it\"", "parameterValue": None}),
    )  # fmt: skip
    parameters = "MATCH (p {id: 'processing:ispyb:AutoProcProgram:1'}) RETURN p.parameters"
    assert one(embedded_graph, parameters) == '{"d_min":"1.5","say \\"it\\"":null}'
    query = (
        "MATCH (:SourceRecord {id: 'ispyb:ProcessingJob:7'})-[:DESCRIBES]->(p)-[:USED]->(d) "
        "RETURN p.id + ' ' + p.trigger + ' ' + d.id"
    )
    assert one(embedded_graph, query) == (
        "processing:ispyb:AutoProcProgram:1 user dataset:ispyb:DataCollection:993677"
    )
    alone = "MATCH (p:Processing {id: 'processing:ispyb:ProcessingJob:8'}) RETURN p.trigger"
    assert one(embedded_graph, alone) == "automatic"


def test_molecular_replacement_is_its_program_at_diamond_and_itself_at_esrf(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    run = {"mxMRRunId": 3, "autoProcScalingId": 596148, "rFreeValueEnd": 0.21}
    migrated(
        "dls",
        ("AutoProcProgram", {"autoProcProgramId": 1, "processingPrograms": "dimple"}),
        ("MXMRRun", {**run, "autoProcProgramId": 1}),
    )
    query = (
        "MATCH (p:Processing {id: 'processing:ispyb:AutoProcProgram:1'})-[:USED]->(d) "
        "RETURN p.kind + ' ' + toString(p.rFree) + ' ' + d.id"
    )
    assert one(embedded_graph, query) == (
        "molecular replacement 0.21 dataset:ispyb:AutoProcScaling:596148"
    )


def test_a_screening_is_a_processing_that_used_its_collection_and_tells_what_it_found(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated(
        "dls",
        ("Screening", {"screeningId": 5, "dataCollectionId": 993677, "programVersion": "EDNA MXv1"}),
        ("ScreeningOutput", {"screeningOutputId": 8, "screeningId": 5, "indexingSuccess": 1, "mosaicity": 0.4}),
        ("ScreeningOutput", {"screeningOutputId": 9, "screeningId": 5, "indexingSuccess": 0, "mosaicity": 9}),
        ("ScreeningOutputLattice", {"screeningOutputLatticeId": 1, "screeningOutputId": 8, "spaceGroup": "P6"}),
        ("ScreeningStrategy", {"screeningStrategyId": 2, "screeningOutputId": 8}),
    )  # fmt: skip
    told = embedded_graph.run(
        "MATCH (p:Processing {kind: 'screening'})-[:USED]->(d) MATCH (r)-[:DESCRIBES]->(p) "
        "RETURN d.id AS used, p.success AS success, p.mosaicity AS mosaicity, "
        "p.spaceGroup AS group, p.software AS software, r.folded AS folded"
    )
    assert told == [
        {
            "used": "dataset:ispyb:DataCollection:993677",
            "success": True,
            "mosaicity": 0.4,
            "group": "P6",
            "software": "EDNA MXv1",
            "folded": 4,
        }
    ]


def test_a_pdb_entry_is_inferred_and_a_pdb_row_is_a_search_model(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated(
        "dls",
        ("PDBEntry", {"pdbEntryId": 1, "autoProcProgramId": 56426287, "code": "1ABC", "distance": 0.1}),
        ("PDB", {"pdbId": 2, "name": "model", "code": None}),
        ("Protein_has_PDB", {"proteinhaspdbid": 1, "proteinid": 121393, "pdbid": 2}),
    )  # fmt: skip
    query = (
        "MATCH (:Structure {id: 'structure:1abc'})-[e:DERIVED_FROM]->(d:Dataset) "
        "RETURN d.id + ' ' + e.basis + ' ' + toString(e.distance)"
    )
    assert one(embedded_graph, query) == "dataset:ispyb:AutoProcScaling:596148 inferred 0.1"
    query = "MATCH (s:Structure)-[:OF_MACROMOLECULE]->(m) RETURN s.id + ' ' + m.acronym"
    assert one(embedded_graph, query) == "structure:ispyb:PDB:2 therm"


def test_two_rows_of_one_proposal_are_one_proposal(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    twin = {"proposalId": 2, "proposalCode": "CM", "proposalNumber": "014451"}
    migrated("esrf", ("Proposal", twin))
    assert one(embedded_graph, "MATCH (p:Proposal) RETURN count(p)") == 1
    assert one(embedded_graph, "MATCH (:Proposal)<-[:DESCRIBES]-(r) RETURN count(r)") == 2


def test_a_row_whose_key_occurs_twice_is_refused_with_its_reason(
    migrated: Migrated, tmp_path: Path
) -> None:
    account = migrated(
        "dls",
        sql=(
            "CREATE TABLE Copy AS SELECT * FROM BLSample",
            "DROP TABLE BLSample",
            "ALTER TABLE Copy RENAME TO BLSample",
            "INSERT INTO BLSample SELECT * FROM BLSample",
            "INSERT INTO BLSample (name) VALUES ('keyless')",
        ),
    )
    assert account.tables["BLSample"].mapped == 1
    assert account.refusals == [
        {"table": "BLSample", "key": "374695", "reason": "the key occurs twice"},
        {"table": "BLSample", "key": "?", "reason": "the key is empty"},
    ]
    fate = trace(tmp_path / "data", "ispyb", "BLSample", "374695")
    assert fate.fate == "mapped"


CLOCKS = (
    ("2016-07-01 12:00:00", "2016-07-01T11:00:00.000Z"),
    ("2016-01-01 12:00:00.250", "2016-01-01T12:00:00.250Z"),
    ("2016-10-30 01:30:00", "2016-10-30T00:30:00.000Z"),  # happens twice: the earlier
    ("2016-03-27 01:30:00", None),  # never happened
    ("not a time", None),
)


def test_wall_clock_times_become_instants(migrated: Migrated, embedded_graph: Graph) -> None:
    rows = [
        {"dataCollectionId": key, "dataCollectionGroupId": 988855, "startTime": local}
        for key, (local, _) in enumerate(CLOCKS, start=1)
    ]
    migrated("dls", *(("DataCollection", row) for row in rows))
    for key, (local, instant) in enumerate(CLOCKS, start=1):
        query = f"MATCH (d {{id: 'dataset:ispyb:DataCollection:{key}'}}) RETURN d.startTime"
        assert one(embedded_graph, query) == instant, local


def test_without_a_zone_utc_is_assumed_and_said(embedded_graph: Graph, tmp_path: Path) -> None:
    database = sqlite_chain("dls", tmp_path)
    order = Order("ispyb", database.url, "ispyb")
    account = migrate(order, embedded_graph, tmp_path / "data", default_model(), lambda *_: None)
    assert account.zone is None
    assert one(embedded_graph, "MATCH (d:Dataset {kind: 'raw'}) RETURN d.zoneAssumed") is True
    assert one(embedded_graph, "MATCH (r:LoadRun) RETURN r.zoneAssumed") is True


def test_secrets_never_enter_a_snapshot(migrated: Migrated, tmp_path: Path) -> None:
    person = {"personId": 9, "familyName": "Doe", "passwd": "hunter2", "phoneNumber": "555-1234"}
    account = migrated("esrf", ("Person", person))
    assert {"Person.passwd", "Person.phoneNumber"} <= set(account.withheld)
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes()
            assert b"555-1234" not in path.read_bytes()


def test_what_the_source_said_stands_beside_a_converted_value(
    migrated: Migrated, embedded_graph: Graph
) -> None:
    migrated("dls")
    told = json.loads(one(embedded_graph, "MATCH (d:Dataset {kind: 'raw'}) RETURN d.asRecorded"))
    assert told["transmission"] == {
        "column": "DataCollection.transmission", "unit": "%", "raw": "40.1936",
    }  # fmt: skip
    assert told["beamSizeX"]["unit"] == "mm"
    assert told["scanEndAngle"]["raw"] == "45.0"
    scaling = "MATCH (d:Dataset {id: 'dataset:ispyb:AutoProcScaling:596133'}) RETURN d.asRecorded"
    told = json.loads(one(embedded_graph, scaling))
    assert told["outer.ccHalf"]["raw"] == "91.7"
    assert "overall.rMerge" not in told
    other = "MATCH (d:Dataset {id: 'dataset:ispyb:AutoProcScaling:596148'}) RETURN d.asRecorded"
    assert one(embedded_graph, other) is None  # it stood as a fraction already
    row = one(embedded_graph, "MATCH (r:SourceRecord {table: 'DataCollection'}) RETURN r.row")
    assert '"transmission":40.1936' in row
