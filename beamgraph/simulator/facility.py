"""The facility: its beamlines and what both databases look up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from beamgraph.simulator.books import Books, clock

NAME = "LUMEN"
OPENED = datetime(2015, 1, 1)
MX, TOMO = "MX", "TOMO"
BEAMLINES = (
    (MX, "ID23-1", "id23eh1"),
    (MX, "ID23-2", "id23eh2"),
    (MX, "ID30A-1", "id30a1"),
    (MX, "ID30B", "id30b"),
    (TOMO, "ID19", "id19"),
    (TOMO, "BM18", "bm18"),
)
TECHNIQUES = {
    MX: (
        "macromolecular crystallography",
        "PaNET:PaNET01164",
        "https://w3id.org/PaN/ESRFET#MX",
    ),
    TOMO: ("x-ray tomography", "PaNET:PaNET01207", "https://w3id.org/PaN/ESRFET#XRCT"),
}
"""Technique by the kind of beamline: name, ICAT's short form of the term, ESRF's term."""


@dataclass(frozen=True, slots=True)
class Beamline:
    """One beamline: its numbers in both databases; `token` is its name in paths."""

    kind: str
    name: str
    token: str
    setup: int
    instrument: int


@dataclass(frozen=True, slots=True)
class Facility:
    """What everything at the facility refers to: numbers of rows that are looked up."""

    beamlines: tuple[Beamline, ...]
    detectors: Mapping[str, int]
    experiment_types: Mapping[str, int]
    techniques: Mapping[str, int]
    dataset_types: Mapping[str, int]
    investigation_types: Mapping[str, int]
    sample_types: Mapping[str, int]
    applications: Mapping[str, int]
    formats: Mapping[str, int]


def build(books: Books) -> Facility:
    """Open the facility."""
    row = {"NAME": NAME, "FULLNAME": "Lumen, a simulated light source", "DAYSUNTILRELEASE": 1095}
    books.facility = books.icat("Facility", row, OPENED)

    def kinds(entity: str, *names: str, **more: str) -> dict[str, int]:
        rows = ({"NAME": name, "FACILITY_ID": books.facility, **more} for name in names)
        return {one["NAME"]: books.icat(entity, one, OPENED) for one in rows}  # type: ignore[misc]

    techniques = {
        kind: books.icat("Technique", {"NAME": name, "PID": pid}, OPENED)
        for kind, (name, pid, _) in TECHNIQUES.items()
    }
    for kind in TECHNIQUES:
        books.truth.thing("Technique", [f"icat:Technique:{techniques[kind]}"])
    return Facility(
        beamlines=tuple(_beamline(books, *told) for told in BEAMLINES),
        detectors={MX: _detector(books, "Dectris", "Eiger2 16M"), TOMO: 0},
        experiment_types={
            name: books.ispyb("ExperimentType", {"experimentTypeId": None, "name": name,
                                                 "proposalType": "mx", "active": 1})
            for name in ("OSC", "Characterization")
        },
        techniques=techniques,
        dataset_types=kinds("DatasetType", "acquisition", "processed"),
        investigation_types=kinds("InvestigationType", MX, "MA"),
        sample_types=kinds("SampleType", "crystal", "fossil", MOLECULARFORMULA="unknown"),
        applications=kinds("Application", "nabu", "pyhst2", VERSION="2024.1"),
        formats=kinds("DatafileFormat", "HDF5", "TIFF", VERSION="1"),
    )  # fmt: skip


def _beamline(books: Books, kind: str, name: str, token: str) -> Beamline:
    setup = books.ispyb(
        "BeamLineSetup",
        {"beamLineSetupId": None, "synchrotronName": NAME, "setupDate": clock(OPENED),
         "recordTimeStamp": clock(OPENED)},
        dls={"beamlineName": name},
    )  # fmt: skip
    instrument = books.icat(
        "Instrument",
        {"NAME": name, "FULLNAME": f"Beamline {name}", "TYPE": kind, "FACILITY_ID": books.facility},
        OPENED,
    )
    return Beamline(kind, name, token, setup, instrument)


def _detector(books: Books, maker: str, model: str) -> int:
    row = {
        "detectorId": None, "detectorType": "Photon counting", "detectorManufacturer": maker,
        "detectorModel": model, "detectorPixelSizeHorizontal": 75.0,
        "detectorPixelSizeVertical": 75.0, "detectorSerialNumber": "E-32-0107",
    }  # fmt: skip
    return books.ispyb("Detector", row)
