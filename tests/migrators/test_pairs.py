"""The rules of identity, and the traps of reference/ispyb.md, section 5, one by one."""

from pathlib import Path

import pytest

from tests.parts.pair import Pair
from tests.parts.wanted import Told

pytestmark = pytest.mark.usefixtures("migration")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def rule_of(graph: Told, record: str) -> str:
    """By which rule a record of ICAT describes its dataset."""
    (entity,) = [to for to in graph.ends("DESCRIBES", record) if to.startswith("dataset:")]
    return str(graph.edges[("DESCRIBES", record, entity)]["rule"])


def test_the_parameter_with_the_collections_number_makes_them_one(pair: Pair) -> None:
    pair.collection(7)
    made = pair.dataset("7.0", location="/elsewhere")
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == "dataset:ispyb:DataCollection:7"
    assert rule_of(graph, f"icat:Dataset:{made}") == "collection id"


def test_a_number_of_a_test_database_is_refused(pair: Pair) -> None:
    pair.collection(7)
    kind = pair.icat.add("InvestigationType", name="other")
    other = pair.icat.add("Investigation", name="IX-1", visitId="1", title="t", type=kind)
    made = pair.dataset(7, location="/elsewhere", investigation=other)
    assert pair.told().of(f"icat:Dataset:{made}", "Dataset") == f"dataset:icat:Dataset:{made}"


def test_a_name_of_before_2022_ends_in_the_collections_number(pair: Pair) -> None:
    pair.collection(7654)
    made = pair.dataset(None, name="lys-x1_1_7654", location="/elsewhere")
    other = pair.dataset(None, name="thau-x1_1_7654", location="/elsewhere2", startDate=None)
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == "dataset:ispyb:DataCollection:7654"
    assert rule_of(graph, f"icat:Dataset:{made}") == "legacy dataset name"
    assert graph.of(f"icat:Dataset:{other}", "Dataset") == f"dataset:icat:Dataset:{other}"


def test_of_several_collections_in_one_directory_the_template_decides(pair: Pair) -> None:
    pair.collection(7, fileTemplate="a_1_%04d.h5")
    pair.collection(8, fileTemplate="a_2_%04d.h5", dataCollectionNumber=2)
    made = pair.dataset(None)
    pair.icat.parameter("Dataset", made, "MX_template", string="a_2_%04d.h5")
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == "dataset:ispyb:DataCollection:8"
    assert rule_of(graph, f"icat:Dataset:{made}") == "directory and template"


def test_several_collections_in_one_dataset_are_its_parts(pair: Pair) -> None:
    pair.collection(7)
    pair.collection(8, dataCollectionNumber=2)
    made = pair.dataset(None)
    graph = pair.told()
    whole = f"dataset:icat:Dataset:{made}"
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == whole
    assert graph.nodes["Dataset"][whole]["kind"] == "group"
    for key in (7, 8):
        assert graph.ends("PART_OF", f"dataset:ispyb:DataCollection:{key}") == {whole}
        edge = graph.edges[("PART_OF", f"dataset:ispyb:DataCollection:{key}", whole)]
        assert sorted(edge["by"]) == [f"icat:Dataset:{made}", f"ispyb:DataCollection:{key}"]


def test_the_wedges_of_a_characterisation_are_one_dataset_and_their_group_is_it(pair: Pair) -> None:
    pair.collection(7)
    pair.collection(8, group=7, dataCollectionNumber=2)
    made = pair.dataset(7, complete=0)
    graph = pair.told()
    group = "dataset:ispyb:DataCollectionGroup:7"
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == group
    assert graph.nodes["Dataset"][group]["kind"] == "group"
    kinds = [row["kind"] for row in graph.nodes["Dataset"].values()]
    assert sorted(kinds) == ["group", "raw", "raw"]


def test_proposal_beamline_and_time_where_nothing_else_tells(pair: Pair) -> None:
    pair.collection(7, startTime="2024-05-02 10:01:30")
    made = pair.dataset(None, location="/archive/somewhere")
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == "dataset:ispyb:DataCollection:7"
    assert rule_of(graph, f"icat:Dataset:{made}") == "beamline and time"


def test_two_that_began_together_are_not_guessed_apart(pair: Pair) -> None:
    pair.collection(7, startTime="2024-05-02 10:01:30")
    pair.collection(8, startTime="2024-05-02 10:00:30", imageDirectory="/other/")
    made = pair.dataset(None, location="/archive/somewhere")
    assert pair.told().of(f"icat:Dataset:{made}", "Dataset") == f"dataset:icat:Dataset:{made}"


def test_an_hour_of_difference_is_another_begin(pair: Pair) -> None:
    pair.collection(7, startTime="2024-05-02 11:00:00")
    made = pair.dataset(None, location="/archive/somewhere")
    assert pair.told().of(f"icat:Dataset:{made}", "Dataset") == f"dataset:icat:Dataset:{made}"


def test_a_visit_is_the_nearest_of_its_proposal_and_beamline(pair: Pair) -> None:
    pair.ispyb("BLSession", sessionId=2, proposalId=1, beamLineName="ID23-1",
               startDate="2024-05-02 15:30:00")  # fmt: skip
    pair.ispyb("BLSession", sessionId=3, proposalId=1, beamLineName="ID30B",
               startDate="2024-05-02 07:30:00")  # fmt: skip
    graph = pair.told()
    found = graph.of("icat:Investigation:1", "Investigation")
    assert found == "investigation:ispyb:BLSession:1"
    assert len(graph.nodes["Investigation"]) == 3


def test_a_sample_is_its_acronym_and_name_with_dashes_for_colons(pair: Pair) -> None:
    pair.ispyb("BLSample", blSampleId=2, crystalId=1, name="x2:05")
    pair.ispyb("BLSample", blSampleId=3, crystalId=1, name="x3")
    made = [
        pair.icat.add("Sample", name=name, investigation=pair.visit)
        for name in ("Lys-X2-05", "x3", "lys-x")
    ]
    graph = pair.told()
    assert graph.of(f"icat:Sample:{made[0]}", "Sample") == "sample:ispyb:BLSample:2"
    for key in made[1:]:
        assert graph.of(f"icat:Sample:{key}", "Sample") == f"sample:icat:Sample:{key}"


def test_two_samples_of_one_name_are_told_apart_by_their_dataset(pair: Pair) -> None:
    pair.ispyb("BLSample", blSampleId=2, crystalId=1, name="x1")
    sample = pair.icat.add("Sample", name="lys-x1", investigation=pair.visit)
    pair.collection(7)
    pair.dataset(7, sample=sample)
    graph = pair.told()
    assert graph.of(f"icat:Sample:{sample}", "Sample") == "sample:ispyb:BLSample:1"
    assert graph.of("ispyb:BLSample:2", "Sample") == "sample:ispyb:BLSample:2"


def test_a_truncated_sample_id_never_joins(pair: Pair) -> None:
    sample = pair.icat.add("Sample", name="unknown", investigation=pair.visit)
    pair.icat.parameter("Sample", sample, "sample_id", string="1")
    assert pair.told().of(f"icat:Sample:{sample}", "Sample") == f"sample:icat:Sample:{sample}"


def test_logins_make_people_one_unless_their_orcids_differ(pair: Pair) -> None:
    pair.ispyb("Person", personId=1, login="nbour", familyName="Bourbaki")
    pair.ispyb("Person", personId=2, login="shared", familyName="Bourbaki")
    add = pair.icat.add
    add("User", name="db/NBOUR")
    add("User", name="db/shared", orcidId="0000-0002-1825-0097")
    add("User", name="ldap/shared", orcidId="0000-0001-5109-3700")
    add("User", name="db/bourbaki", familyName="Bourbaki")
    graph = pair.told()
    assert graph.of("icat:User:1", "Person") == "person:ispyb:Person:1"
    assert len(graph.nodes["Person"]) == 5


def test_sources_of_different_facilities_stay_apart(pair: Pair) -> None:
    pair._db.execute("UPDATE BeamLineSetup SET synchrotronName = 'Elsewhere'")
    pair.collection(7)
    made = pair.dataset(7)
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == f"dataset:icat:Dataset:{made}"
    assert set(graph.nodes["Proposal"]) == {"proposal:elsewhere:mx415", "proposal:esnf:mx415"}


def test_a_run_is_the_only_one_of_its_program_on_one_dataset(pair: Pair) -> None:
    pair.collection(7)
    pair.dataset(7)
    pair.run(1, "autoPROC 1.0.4 (see: http://www.globalphasing.com/autoproc/)")
    pair.run(2, "XDSAPP")
    made = pair.processed("autoPROC")
    other = pair.processed("xia2")
    graph = pair.told()
    assert graph.of(f"icat:Dataset:{made}", "Processing") == "processing:ispyb:AutoProcProgram:1"
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == "dataset:ispyb:AutoProcScaling:1"
    assert graph.of(f"icat:Dataset:{other}", "Dataset") == f"dataset:icat:Dataset:{other}"
    run = graph.edges[("DESCRIBES", f"icat:Dataset:{made}", "processing:ispyb:AutoProcProgram:1")]
    assert run["rule"] == "program and input"
    assert run["compared"] == "Dataset shared: 1; program = autoproc"


def test_of_several_runs_of_a_program_the_begin_decides(pair: Pair) -> None:
    pair.collection(7)
    pair.dataset(7)
    pair.run(1, "XDSAPP")
    pair.run(2, "XDSAPP", "2024-05-02 12:00:00")
    first = pair.processed("XDSAPP")
    second = pair.processed("XDSAPP", "2024-05-02 12:00:30")
    graph = pair.told()
    for number, key in enumerate((first, second), 1):
        run = f"processing:ispyb:AutoProcProgram:{number}"
        assert graph.of(f"icat:Dataset:{key}", "Processing") == run
        assert (
            graph.of(f"icat:Dataset:{key}", "Dataset") == f"dataset:ispyb:AutoProcScaling:{number}"
        )


def test_runs_that_nothing_tells_apart_are_not_guessed(pair: Pair) -> None:
    pair.collection(7)
    pair.dataset(7)
    pair.run(1, "XDSAPP")
    pair.run(2, "XDSAPP")
    made = pair.processed("XDSAPP")
    found = pair.told().of(f"icat:Dataset:{made}", "Processing")
    assert found == f"processing:icat:Dataset:{made}"


def test_of_two_clocks_the_table_says_which_one_is_believed(pair: Pair) -> None:
    pair.collection(7, startTime="2024-05-02 11:00:00", numberOfImages=100)
    made = pair.dataset(7)
    pair.icat.parameter("Dataset", made, "MX_numberOfImages", string="90")
    node = pair.told().nodes["Dataset"]["dataset:ispyb:DataCollection:7"]
    assert node["startTime"] == "2024-05-02T10:00:00.000Z"
    assert node["numberOfImages"] == 100


def test_a_bag_has_another_number_every_year_and_many_visits(pair: Pair) -> None:
    """The same macromolecules and names come back under each number: nothing joins across."""
    pair.ispyb("Proposal", proposalId=2, proposalCode="MX", proposalNumber="2045")
    pair.ispyb("BLSession", sessionId=2, proposalId=2, beamLineName="ID23-1",
               startDate="2025-03-01 09:30:00")  # fmt: skip
    pair.ispyb("BLSession", sessionId=3, proposalId=1, beamLineName="ID23-1",
               startDate="2024-06-20 09:30:00")  # fmt: skip
    pair.ispyb("Protein", proteinId=2, proposalId=2, acronym="lys")
    pair.ispyb("Crystal", crystalId=2, proteinId=2)
    pair.ispyb("BLSample", blSampleId=2, crystalId=2, name="x1")
    kind = pair.icat.add("InvestigationType", name="BAG")
    visits = []
    for name, visit, start in (
        ("MX-415", "2", "2024-06-20 07:30:00"),
        ("MX-2045", "1", "2025-03-01 07:30:00"),
    ):
        made = pair.icat.add("Investigation", name=name, visitId=visit, title="t", type=kind,
                             startDate=start)  # fmt: skip
        pair.icat.add("InvestigationInstrument", investigation=made, instrument=1)
        visits.append(made)
    samples = [pair.icat.add("Sample", name="lys-x1", investigation=visit) for visit in visits]
    graph = pair.told()
    assert [graph.of(f"icat:Investigation:{visit}", "Investigation") for visit in visits] == [
        "investigation:ispyb:BLSession:3", "investigation:ispyb:BLSession:2"]  # fmt: skip
    assert [graph.of(f"icat:Sample:{key}", "Sample") for key in samples] == [
        "sample:ispyb:BLSample:1", "sample:ispyb:BLSample:2"]  # fmt: skip


def test_of_overlapping_sessions_one_is_the_visit_and_the_other_stays(pair: Pair) -> None:
    """The beamline control opened one more session over the real one."""
    pair.ispyb("BLSession", sessionId=2, proposalId=1, beamLineName="ID23-1",
               startDate="2024-05-02 12:00:00", endDate="2024-05-03 09:00:00")  # fmt: skip
    graph = pair.told()
    assert graph.of("icat:Investigation:1", "Investigation") == "investigation:ispyb:BLSession:1"
    assert "investigation:ispyb:BLSession:2" in graph.nodes["Investigation"]


def test_in_the_hour_that_comes_twice_a_wall_clock_still_finds_its_twin(pair: Pair) -> None:
    """ISPyB says 02:30, which was twice that night; ICAT knows that it was the later one."""
    pair.collection(7, startTime="2024-10-27 02:30:00")
    made = pair.dataset(None, location="/archive/somewhere", startDate="2024-10-27 01:30:00")
    pair.icat.parameter("Dataset", made, "MX_numberOfImages", string="100")
    pair.told()
    graph = pair.again(zone="Europe/Paris")
    thing = "dataset:ispyb:DataCollection:7"
    assert graph.of(f"icat:Dataset:{made}", "Dataset") == thing
    assert rule_of(graph, f"icat:Dataset:{made}") == "beamline, images and hour"
    assert graph.nodes["Dataset"][thing]["startTime"] == "2024-10-27T01:30:00.000Z"
