"""What is done with ICAT whatever the technique: samples, datasets, files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.facility import TECHNIQUES, Facility
from beamgraph.simulator.visits import Visit
from ontologies.tables import read_table


def units() -> dict[str, str]:
    """The unit of every parameter that the simulator writes, as ESRF's definitions have it."""
    return {row["name"]: row["unit"] for row in read_table("beamgraph.simulator", "parameters.tsv")}


UNITS = units()


def icat_sample(
    books: Books, facility: Facility, visit: Visit, number: int, name: str, kind: str
) -> int:
    """The sample in the catalogue of a visit, made at its first dataset."""
    if number not in visit.samples:
        row = {
            "NAME": name, "INVESTIGATION_ID": visit.investigation,
            "SAMPLETYPE_ID": facility.sample_types[kind],
        }  # fmt: skip
        visit.samples[number] = books.icat("Sample", row, visit.start)
    return visit.samples[number]


def dataset(
    books: Books,
    facility: Facility,
    visit: Visit,
    sample: int | None,
    told: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> int:
    """A dataset with its parameters, technique and instrument.

    `told` has name, kind (`acquisition` or `processed`), location, start, end, complete, files.
    """
    start: datetime = told["start"]
    end: datetime = told["end"]
    row = {
        "NAME": told["name"], "COMPLETE": int(told.get("complete", True)),
        "LOCATION": told["location"], "STARTDATE": clock(start), "END_DATE": clock(end),
        "INVESTIGATION_ID": visit.investigation, "SAMPLE_ID": sample,
        "TYPE_ID": facility.dataset_types[told["kind"]], "DOI": told.get("doi"),
        "FILECOUNT": told.get("files"), "FILESIZE": told.get("size"),
    }  # fmt: skip
    key = books.icat("Dataset", row, end)
    kind = visit.proposal.kind
    if told["kind"] == "acquisition":
        link = {"DATASET_ID": key}
        books.icat("DatasetTechnique", {**link, "TECHNIQUE_ID": facility.techniques[kind]}, end)
        instrument = {"INSTRUMENT_ID": visit.beamline.instrument}
        books.icat("DatasetInstrument", {**link, **instrument}, end)
    name, _, iri = TECHNIQUES[kind]
    common = {
        "datasetName": told["name"], "proposal": visit.proposal.name,
        "beamlineID": visit.beamline.name, "definition": name.split()[-1].upper(),
        "technique_pid": iri if told["kind"] == "acquisition" else None,
    }  # fmt: skip
    books.parameters("Dataset", key, {**common, **parameters}, UNITS, end)
    return key


def datafile(
    books: Books, facility: Facility, owner: int, path: str, size: int, at: datetime, kind: str
) -> int:
    """A file of a dataset."""
    row = {
        "NAME": path.rsplit("/", 1)[-1], "LOCATION": path, "FILESIZE": size, "DATASET_ID": owner,
        "DATAFILEFORMAT_ID": facility.formats[kind], "DATAFILECREATETIME": clock(at),
        "DATAFILEMODTIME": clock(at),
    }  # fmt: skip
    return books.icat("Datafile", row, at)
