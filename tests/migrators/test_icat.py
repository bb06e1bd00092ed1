"""The traps of reference/icat.md, section 8, each met by rows that have it."""

import json
from pathlib import Path

import pytest

from migrators.report.trace import trace
from migrators.run import Order
from tests.parts.icat import Icat
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")

XES = "http://purl.org/pan-science/PaNET/PaNET01200"


def facility(path: Path) -> str:
    """One proposal with a raw dataset, what was made of it in both ways, and publications."""
    icat = Icat(path)
    kinds = {name: icat.add("DatasetType", name=name) for name in ("raw", "analyzed", "strange")}
    beamline = icat.add("Instrument", name="id23eh1", fullName="ID23-1")
    owner = icat.add("User", name="db/nbour", fullName="N. Bourbaki", orcidId="0000000218250097")
    icat.add("User", name="ldap/nbour2", fullName="Bourbaki", email="n@example.org",
             orcidId="https://orcid.org/0000-0002-1825-0097")  # fmt: skip
    icat.add("User", name="root", fullName="Root", orcidId="0000-0002-3262")
    visit = icat.add(
        "Investigation", name="MX-0415", visitId="1", title="Lysozyme",
        type=icat.add("InvestigationType", name="MX"), startDate="2024-03-31 02:30:00",
        endDate="1920-05-16 00:00:00", doi="DOI:10.15151/ESRF-ES-1",
    )  # fmt: skip
    icat.add("InvestigationInstrument", investigation=visit, instrument=beamline)
    icat.add("InvestigationUser", investigation=visit, user=owner, role="principal INVESTIGATOR")
    crystal = icat.add("SampleType", name="crystal", molecularFormula="C10H14")
    sample = icat.add("Sample", name="lys-x1", investigation=visit, type=crystal, pid="IGSN:ABC")
    raw = icat.add(
        "Dataset", name="raw_1", investigation=visit, sample=sample, type=kinds["raw"],
        location="/data/mx415/raw_1/", complete=1, startDate="2024-05-02 10:00:00",
        endDate="2024-05-02 10:10:00", fileCount=99, fileSize=None,
    )  # fmt: skip
    icat.add("Dataset", name="odd", investigation=visit, type=kinds["strange"], complete=0)
    for name, unit, value in (
        ("MX_wavelength", "Å", {"string": "0.9763"}),
        ("MX_beamSizeAtSampleX", "μm", {"string": "50"}),
        ("MX_beamSizeAtSampleY", "NA", {"string": "0.03"}),
        ("MX_transmission", "%", {"number": 40.0, "string": "40 percent"}),
        ("MX_resolution", "furlong", {"string": "1.5"}),
        ("MX_flux", "photons/s", {"string": "Infinity"}),
        ("MX_exposureTime", "s", {"string": "None"}),
        ("Comment", "NA", {"string": 'with "quotes",\ttabs and Å'}),
        ("Temperature", "K", {"number": 100.5}),
        ("technique_pid", "NA", {"string": f"PaNET:PaNET01164  {XES}"}),
    ):
        icat.parameter("Dataset", raw, name, unit, **value)
    icat.parameter("Dataset", raw, "MX_wavelength", "nm", string="0.09763")
    flats = icat.add("Datafile", name="flats.h5", dataset=raw, fileSize=10, location="/a/flats.h5",
                     datafileCreateTime="2024-05-02 09:00:00")  # fmt: skip
    icat.add("Datafile", name="other.h5", dataset=raw, fileSize=5)
    _jobs(icat, visit, sample, raw, flats, kinds["analyzed"])
    _publications(icat, visit, raw, owner)
    return icat.done()


def _jobs(icat: Icat, visit: int, sample: int, raw: int, flats: int, analyzed: int) -> None:
    """A job whose input mixes, whose output lies in its input, and is older than it."""
    volume = icat.add("Dataset", name="volume", investigation=visit, sample=sample, type=analyzed,
                      complete=1, startDate="2024-05-01 00:00:00",
                      endDate="2024-05-01 01:00:00")  # fmt: skip
    inside = icat.add("Datafile", name="peaks.h5", dataset=raw, fileSize=1)
    read, wrote, orphan = (icat.add("DataCollection") for _ in range(3))
    icat.add("DataCollectionDataset", dataCollection=read, dataset=raw)
    icat.add("DataCollectionDatafile", dataCollection=read, datafile=flats)
    icat.add("DataCollectionInvestigation", dataCollection=read, investigation=visit)
    icat.add("DataCollectionDataset", dataCollection=wrote, dataset=volume)
    icat.add("DataCollectionDatafile", dataCollection=wrote, datafile=inside)
    icat.add("DataCollectionDataset", dataCollection=orphan, dataset=raw)
    nabu = icat.add("Application", name="nabu", version="2024.1")
    icat.add("Job", application=nabu, arguments="--fast", inputDataCollection=read,
             outputDataCollection=wrote)  # fmt: skip
    icat.add("Job", application=nabu)
    made = icat.add("Dataset", name="autoPROC", investigation=visit, sample=sample, type=analyzed,
                    complete=1, location="/data/mx415/proc")  # fmt: skip
    icat.parameter("Dataset", made, "input_datasets", string="/data/mx415/raw_1")
    icat.parameter("Dataset", made, "input_datasetIds", string=f"{raw} 4711")
    icat.parameter("Dataset", made, "Process_program", string="autoPROC")
    icat.parameter("Dataset", made, "MXAutoprocIntegrationScaling_inner_r_merge", string="0.05")


def _publications(icat: Icat, visit: int, raw: int, owner: int) -> None:
    content = icat.add("DataCollection")
    icat.add("DataCollectionDataset", dataCollection=content, dataset=raw)
    publication = icat.add("DataPublication", pid="DOI:10.82111/ABC", title="Data",
                           content=content, publicationDate="2030-01-01 00:00:00")  # fmt: skip
    icat.add("DataPublicationUser", publication=publication, user=owner,
             contributorType="Creator", orderKey="01", email="n@example.org")  # fmt: skip
    icat.add("RelatedItem", publication=publication, identifier="https://doi.org/10.5555/Paper.1",
             relationType="isCitedBy", title="Paper")  # fmt: skip
    icat.add("RelatedItem", publication=publication, identifier="URL:http://oeis.org",
             relationType="References")  # fmt: skip
    icat.add("Publication", investigation=visit, fullReference="A paper", doi="doi:10.5555/PAPER.1")
    icat.add("Publication", investigation=visit, fullReference="A talk without DOI")
    esrf = icat.add("DataCollection", doi="10.15151/esrf-dc-7")
    icat.add("DataCollectionDataset", dataCollection=esrf, dataset=raw)
    icat.parameter("DataCollection", esrf, "DOI_title", string="What we saw")
    icat.parameter("DataCollection", esrf, "DOI_citationPublicationDOI", string="10.5555/paper.2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("icat")


@pytest.fixture(scope="module")
def icat(folder: Path) -> Told:
    address = facility(folder / "icat.sqlite")
    return told(folder / "data", Order("icat", address, "icat", zone="Europe/Paris"))


RAW = "dataset:icat:Dataset:1"


def test_every_row_is_accounted_for(icat: Told) -> None:
    assert icat.account.totals()["refused"] == 0
    left = {name for name, table in icat.account.tables.items() if table.not_mapped}
    assert left == set()


def test_a_name_of_an_investigation_names_its_proposal_however_it_is_spelled(icat: Told) -> None:
    assert list(icat.nodes["Proposal"]) == ["proposal:esnf:mx415"]
    assert icat.nodes["Investigation"]["investigation:icat:Investigation:1"]["name"] == "MX-0415-1"
    assert list(icat.nodes["Instrument"]) == ["instrument:esnf:id23-1"]
    owners = icat.ends("OWNS", icat.of("icat:User:1", "Person"))
    assert owners == {"proposal:esnf:mx415"}


def test_an_hour_that_never_happened_is_no_time_and_1920_is_one(icat: Told) -> None:
    visit = icat.nodes["Investigation"]["investigation:icat:Investigation:1"]
    assert "startTime" not in visit
    assert icat.nodes["Dataset"][RAW]["startTime"] == "2024-05-02T08:00:00.000Z"
    assert "releaseDate" not in visit


def test_parameters_become_properties_in_canonical_units(icat: Told) -> None:
    raw = icat.nodes["Dataset"][RAW]
    assert raw["wavelength"] == 0.9763
    assert raw["beamSizeX"] == 50.0
    assert raw["beamSizeY"] == 30.0
    assert raw["transmission"] == 0.4
    for absent in ("resolutionAtDetectorEdge", "fluxAtSampleStart", "exposureTimePerImage"):
        assert absent not in raw
    recorded = json.loads(raw["asRecorded"])
    assert recorded["beamSizeY"] == {
        "column": "Dataset.MX_beamSizeAtSampleY", "unit": "mm", "raw": "0.03",
    }  # fmt: skip
    assert recorded["resolutionAtDetectorEdge"]["unit"] == "furlong"
    assert "wavelength" not in recorded


def test_other_parameters_stand_in_one_text_with_their_unit(icat: Told) -> None:
    parameters = json.loads(icat.nodes["Dataset"][RAW]["parameters"])
    assert parameters["Comment"]["value"] == 'with "quotes",\ttabs and Å'
    assert parameters["Temperature"] == {"value": "100.5", "unit": "K"}
    assert "MX_wavelength" not in parameters


def test_statistics_among_parameters_are_a_list_of_shells(icat: Told) -> None:
    (made,) = [row for row in icat.nodes["Dataset"].values() if row["name"] == "autoPROC"]
    assert made["statistics_shells"] == ["inner"]
    assert made["inner_rMerge"] == 0.05


def test_kinds_of_datasets(icat: Told) -> None:
    kinds = {row["name"]: row["kind"] for row in icat.nodes["Dataset"].values()}
    assert kinds == {"raw_1": "raw", "odd": "other", "volume": "processed", "autoPROC": "processed"}


def test_files_are_counted_and_only_those_are_nodes_that_something_refers_to(icat: Told) -> None:
    raw = icat.nodes["Dataset"][RAW]
    assert (raw["fileCount"], raw["size"]) == (3, 16)
    assert {row["name"] for row in icat.nodes["File"].values()} == {"flats.h5", "peaks.h5"}
    assert icat.account.tables["Datafile"].folded == 1


def test_a_mixed_collection_stays_mixed(icat: Told) -> None:
    job = "processing:icat:Job:1"
    used = icat.ends("USED", job)
    assert used == {RAW, "file:icat:Datafile:1", "investigation:icat:Investigation:1"}
    assert icat.ends("GENERATED_BY", "dataset:icat:Dataset:3") == {job}


def test_an_output_file_inside_an_input_dataset_makes_no_loop(icat: Told) -> None:
    inside = "file:icat:Datafile:3"
    assert icat.ends("GENERATED_BY", inside) == {"processing:icat:Job:1"}
    assert icat.ends("CONTAINED_IN", inside) == {RAW}
    assert icat.ends("GENERATED_BY", RAW) == set()


def test_an_output_older_than_its_input_is_a_warning(icat: Told) -> None:
    (warning,) = icat.account.warnings
    assert warning["what"] == "an output is older than its input"
    assert any("dataset:icat:Dataset:3 is older than" in line for line in warning["examples"])


def test_a_collection_that_nobody_uses_describes_nothing_and_is_kept(icat: Told) -> None:
    assert icat.nodes["SourceRecord"]["icat:DataCollection:3"]["folded"] == 1
    assert icat.ends("DESCRIBES", "icat:DataCollection:3") == set()


def test_inputs_by_path_and_by_id_are_reported_edges_and_a_lost_id_is_counted(icat: Told) -> None:
    made = "dataset:icat:Dataset:4"
    run = "processing:icat:Dataset:4"
    assert icat.ends("GENERATED_BY", made) == {run}
    assert icat.ends("USED", run) == {RAW}
    assert icat.ends("DERIVED_FROM", made) == {RAW}
    assert icat.edges[("DERIVED_FROM", made, RAW)]["basis"] == "reported"
    assert icat.nodes["Processing"][run]["software"] == "autoPROC"
    assert icat.account.danglers["DatasetParameter: STRING_VALUE>Dataset"] == 2


def test_a_persistent_identifier_is_one_however_it_is_spelled(icat: Told) -> None:
    data = "datapublication:10.82111/abc"
    assert set(icat.nodes["DataPublication"]) == {data, "datapublication:10.15151/esrf-dc-7"}
    papers = {name for name in icat.nodes["Publication"] if "10.5555" in name}
    assert papers == {"publication:10.5555/paper.1", "publication:10.5555/paper.2"}
    assert icat.of("icat:RelatedItem:1", "Publication") == icat.of(
        "icat:Publication:1", "Publication"
    )
    assert len(icat.nodes["Publication"]) == 3
    assert icat.ends("CITES", "publication:10.5555/paper.1") == {
        data, "investigation:icat:Investigation:1",
    }  # fmt: skip
    assert icat.ends("CONTAINS", data) == {RAW}


def test_a_collection_with_a_doi_is_published_without_a_data_publication(icat: Told) -> None:
    published = icat.nodes["DataPublication"]["datapublication:10.15151/esrf-dc-7"]
    assert published["title"] == "What we saw"
    assert icat.ends("CONTAINS", published["id"]) == {RAW}
    assert icat.ends("CITES", "publication:10.5555/paper.2") == {published["id"]}


def test_people_merge_on_a_valid_orcid_only(icat: Told) -> None:
    assert icat.of("icat:User:1", "Person") == icat.of("icat:User:2", "Person")
    person = icat.nodes["Person"][icat.of("icat:User:1", "Person")]
    assert person["orcid"] == "0000-0002-1825-0097"
    assert person["login"] == "nbour"
    assert "orcid" not in icat.nodes["Person"]["person:icat:User:3"]


def test_a_technique_is_its_term_and_brings_everything_above_it(icat: Told) -> None:
    mx = "technique:http://purl.org/pan-science/PaNET/PaNET01164"
    assert icat.ends("BY_TECHNIQUE", RAW) == {mx, f"technique:{XES}"}
    assert icat.nodes["Technique"][mx]["name"] == "macromolecular crystallography"
    top = "technique:http://purl.org/pan-science/PaNET/PaNET00001"
    assert top in icat.nodes["Technique"]
    assert icat.ends("SUBCLASS_OF", top) == set()
    assert icat.ends("SUBCLASS_OF", mx) <= set(icat.nodes["Technique"])


def test_addresses_never_enter_a_snapshot(icat: Told, folder: Path) -> None:
    assert {"User.EMAIL", "DataPublicationUser.EMAIL"} <= set(icat.account.withheld)
    assert "n@example.org" not in str(icat.nodes["SourceRecord"])


def test_any_row_is_traced(icat: Told, folder: Path) -> None:
    data = folder / "data"
    assert trace(data, "icat", "User", "1").fate == "mapped"
    folded = trace(data, "icat", "Datafile", "2")
    assert (folded.fate, folded.record) == ("folded", "icat:Dataset:1")
    assert trace(data, "icat", "DatasetParameter", "1").record == "icat:Dataset:1"
