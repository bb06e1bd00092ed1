"""The facility: its beamlines and what both databases look up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from beamgraph.simulator.books import Books, clock

NAME = "LUMEN"
OPENED = datetime(2015, 1, 1)
MX, TOMO = "MX", "TOMO"
SSX, SAXS, EM, POWDER = "SSX", "SAXS", "EM", "POWDER"
BEAMLINES = (
    (MX, "ID23-1", "id23eh1"),
    (MX, "ID23-2", "id23eh2"),
    (MX, "ID30A-1", "id30a1"),
    (MX, "ID30B", "id30b"),
    (TOMO, "ID19", "id19"),
    (TOMO, "BM18", "bm18"),
    (SSX, "ID29", "id29"),
    (SAXS, "BM29", "bm29"),
    (EM, "CM01", "cm01"),
    (POWDER, "ID31", "id31"),
)
SPACE_GROUPS = (
    ("P 43 21 2", 96), ("P 41 21 2", 92), ("I 21 3", 199), ("C 1 2 1", 5), ("P 21 21 21", 19),
)  # fmt: skip
"""Those of the substances of `samples.py`, with their numbers in the International Tables."""

ESRFET = "https://w3id.org/PaN/ESRFET#"
TECHNIQUES = {
    MX: (
        "macromolecular crystallography",
        "PaNET:PaNET01164",
        f"{ESRFET}MX",
    ),
    TOMO: ("x-ray tomography", "PaNET:PaNET01207", f"{ESRFET}XRCT"),
    SSX: (
        "serial synchrotron crystallography",
        "PaNET:PaNET01169",
        f"{ESRFET}SSX",
    ),
    SAXS: ("small angle x-ray scattering", "PaNET:PaNET01188", f"{ESRFET}BioSAXS"),
    EM: ("cryo-electron tomography", f"{ESRFET}CRYO-ET", f"{ESRFET}CRYO-ET"),
    POWDER: ("x-ray powder diffraction", "PaNET:PaNET01101", f"{ESRFET}HR-XRPD"),
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
    publication_type: int
    space_groups: Mapping[str, int]


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
            for name in ("OSC", "Characterization", "SSX-Chip", "EM")
        },
        techniques=techniques,
        dataset_types=kinds("DatasetType", "acquisition", "processed"),
        investigation_types=kinds("InvestigationType", MX, "MA", "LS"),
        sample_types=kinds(
            "SampleType", "crystal", "fossil", "solution", "grid", "powder",
            MOLECULARFORMULA="unknown",
        ),
        applications=kinds("Application", "nabu", "pyhst2", "pyFAI", VERSION="2024.1"),
        formats=kinds("DatafileFormat", "HDF5", "TIFF", VERSION="1"),
        publication_type=kinds("DataPublicationType", "Dataset")["Dataset"],
        space_groups={name: _space_group(books, name, number) for name, number in SPACE_GROUPS},
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


def _space_group(books: Books, name: str, number: int) -> int:
    row = {
        "spaceGroupId": number, "spaceGroupNumber": number, "spaceGroupName": name,
        "spaceGroupShortName": name.replace(" ", ""), "MX_used": 1,
    }  # fmt: skip
    return books.ispyb("SpaceGroup", row)


def _detector(books: Books, maker: str, model: str) -> int:
    row = {
        "detectorId": None, "detectorType": "Photon counting", "detectorManufacturer": maker,
        "detectorModel": model, "detectorPixelSizeHorizontal": 75.0,
        "detectorPixelSizeVertical": 75.0, "detectorSerialNumber": "E-32-0107",
    }  # fmt: skip
    return books.ispyb("Detector", row)
