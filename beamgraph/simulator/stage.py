"""What every technique does that both databases know: a group, a collection, its twin in ICAT."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.catalogue import dataset, icat_sample
from beamgraph.simulator.facility import MX, Facility
from beamgraph.simulator.visits import Visit


@dataclass(frozen=True, slots=True)
class Taken:
    """Raw data: the numbers of their group and collection in ISPyB and of the dataset in ICAT."""

    group: int
    key: int
    dataset: int
    location: str
    start: datetime
    end: datetime


class Stage:
    """A beamline that writes its collections into both databases."""

    def __init__(self, books: Books, facility: Facility, visit: Visit, chance: Random) -> None:
        self.books, self.facility, self.visit, self.chance = books, facility, visit, chance
        self.now = visit.start + timedelta(minutes=30)

    def catalogued(self, number: int, name: str, kind: str) -> int:
        """The sample in the catalogue."""
        return icat_sample(self.books, self.facility, self.visit, number, name, kind)

    def folder(self, name: str, run: int) -> str:
        """Where one collection of a sample lies."""
        return f"{self.visit.folder}/RAW_DATA/{name}/run_{run:02d}_datacollection"

    def take(
        self,
        sample: int | None,
        catalogued: int,
        kind: str,
        told: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> Taken:
        """One collection. `told` has name, run, images, seconds and columns of DataCollection."""
        start, location = self.now, self.folder(told["name"], told["run"])
        end = self.now = start + timedelta(seconds=told["seconds"])
        self.now += timedelta(minutes=6)
        types = self.facility.experiment_types
        group = self.books.ispyb(
            "DataCollectionGroup",
            {"dataCollectionGroupId": None, "sessionId": self.visit.session, "blSampleId": sample,
             "experimentType": kind, "startTime": clock(start), "endTime": clock(end)},
            dls={"experimentTypeId": types.get(kind)},
        )  # fmt: skip
        row = {
            "dataCollectionId": None, "dataCollectionGroupId": group,
            "detectorId": self.facility.detectors[MX], "dataCollectionNumber": told["run"],
            "startTime": clock(start), "endTime": clock(end),
            "runStatus": "Data collection successful", "numberOfImages": told["images"],
            "startImageNumber": 1, "imageDirectory": location + "/",
            "imagePrefix": told["name"], "fileTemplate": f"{told['name']}_%05d.h5",
            **told.get("columns", {}),
        }  # fmt: skip
        key = self.books.ispyb("DataCollection", row)
        known = {
            "name": f"{told['name']}_{told['run']:02d}_{key}", "kind": "acquisition",
            "location": location, "start": start, "end": end, "files": told["images"],
        }  # fmt: skip
        values = {"MX_dataCollectionId": key, "Sample_name": told["name"], **values}
        made = dataset(self.books, self.facility, self.visit, catalogued, known, values)
        records = [f"ispyb:DataCollection:{key}", f"ispyb:DataCollectionGroup:{group}"]
        records += [f"ispyb:SSXDataCollection:{key}"] if kind.startswith("SSX") else []
        self.books.truth.thing("Dataset", [*records, f"icat:Dataset:{made}"])
        return Taken(group, key, made, location, start, end)

    def program(self, name: str, start: datetime, minutes: int = 20) -> tuple[int, datetime]:
        """A run of a program; returns its number and when it ended."""
        end = start + timedelta(minutes=minutes)
        key = self.books.ispyb(
            "AutoProcProgram",
            {"autoProcProgramId": None, "processingPrograms": name,
             "processingMessage": "processing successful", "processingStartTime": clock(start),
             "processingEndTime": clock(end), "recordTimeStamp": clock(start)},
            dls={"processingStatus": 1}, esrf={"processingStatus": "SUCCESS"},
        )  # fmt: skip
        return key, end
