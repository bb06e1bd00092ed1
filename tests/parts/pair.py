"""One collection in ISPyB and one dataset in ICAT, to be changed until they are one, or are not."""

import sqlite3
from pathlib import Path
from typing import Any

from beamgraph.simulator.tables import sqlite_table, tables
from migrators.run import Order
from tests.parts.icat import Icat
from tests.parts.wanted import Told, told

START = "2024-05-02 10:00:00"
PLACE = "/data/visitor/mx415/id23eh1/20240502/RAW_DATA/lys/lys-x1/run_01"


class Pair:
    """Both databases, with a proposal, a visit and a sample each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "ispyb.sqlite"
        self._db = sqlite3.connect(self._path)
        for name, columns in tables("ispyb-esrf").items():
            self._db.execute(sqlite_table(name, columns))
        self.ispyb("BeamLineSetup", beamLineSetupId=1, synchrotronName="ESNF")
        self.ispyb("Proposal", proposalId=1, proposalCode="MX", proposalNumber="415")
        self.ispyb("BLSession", sessionId=1, proposalId=1, beamLineSetupId=1,
                   beamLineName="ID23-1", startDate="2024-05-02 09:30:00")  # fmt: skip
        self.ispyb("Protein", proteinId=1, proposalId=1, acronym="lys")
        self.ispyb("Crystal", crystalId=1, proteinId=1)
        self.ispyb("BLSample", blSampleId=1, crystalId=1, name="x1")
        self.icat = Icat(folder / "icat.sqlite")
        kind = self.icat.add("InvestigationType", name="MX")
        self.visit = self.icat.add("Investigation", name="MX-415", visitId="1", title="t", type=kind,
                                   startDate="2024-05-02 07:30:00")  # fmt: skip
        beamline = self.icat.add("Instrument", name="id23eh1")
        self.icat.add("InvestigationInstrument", investigation=self.visit, instrument=beamline)
        self.raw = self.icat.add("DatasetType", name="acquisition")

    def ispyb(self, table: str, **row: Any) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self._db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))

    def collection(self, key: int, group: int | None = None, **more: Any) -> None:
        """A collection in a group of its own, or in one that is there."""
        if group is None:
            group = key
            self.ispyb("DataCollectionGroup", dataCollectionGroupId=key, sessionId=1, blSampleId=1)
        row = {"imageDirectory": PLACE + "/", "startTime": START, "imagePrefix": "lys-x1",
               "dataCollectionNumber": 1, "numberOfImages": 100, "startImageNumber": 1}  # fmt: skip
        self.ispyb("DataCollection", dataCollectionId=key, dataCollectionGroupId=group,
                   **{**row, **more})  # fmt: skip

    def dataset(self, collection: int | str | None, **more: Any) -> int:
        """A raw dataset that names a collection, or does not."""
        row: dict[str, Any] = {
            "investigation": self.visit,
            "name": "run_01",
            "location": PLACE,
            "startDate": START,
            "complete": 1,
        }
        key = self.icat.add("Dataset", type=self.raw, **{**row, **more})
        if collection is not None:
            self.icat.parameter("Dataset", key, "MX_dataCollectionId", string=str(collection))
        return key

    def run(self, key: int, program: str, start: str = START) -> None:
        """A run of a program on collection 7, and its scaled data."""
        self.ispyb("AutoProcProgram", autoProcProgramId=key, dataCollectionId=7,
                   processingPrograms=program, processingStartTime=start)  # fmt: skip
        self.ispyb("AutoProc", autoProcId=key, autoProcProgramId=key)
        self.ispyb("AutoProcScaling", autoProcScalingId=key, autoProcId=key)

    def processed(self, program: str, start: str = START) -> int:
        """A processed dataset of the raw one at the usual place."""
        key = self.dataset(None, name=program, location=f"/processed/{program}", startDate=start)
        self.icat.parameter("Dataset", key, "input_datasets", string=PLACE)
        self.icat.parameter("Dataset", key, "input_datasetIds", string="1")
        self.icat.parameter("Dataset", key, "Process_program", string=program)
        name = "MXAutoprocIntegrationScaling_overall_completeness"
        self.icat.parameter("Dataset", key, name, string="99.1")
        return key

    def told(self) -> Told:
        """Both migrated."""
        self._db.commit()
        self._db.close()
        self.icat.done()
        return self.again()

    def again(self, zone: str = "UTC") -> Told:
        """Both migrated once more, as they are; the zone is that of ISPyB's clock."""
        return told(
            self.folder / "data",
            Order("ispyb", f"sqlite:///{self._path}", "ispyb", zone=zone),
            Order("icat", self.icat.url, "icat", zone="UTC"),
        )
