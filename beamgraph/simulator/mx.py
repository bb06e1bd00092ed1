"""Macromolecular crystallography: characterisation, then a collection, then what is made of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from beamgraph.simulator import positioning
from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.catalogue import dataset, icat_sample
from beamgraph.simulator.facility import MX, Facility
from beamgraph.simulator.noise import Noise
from beamgraph.simulator.samples import Sample
from beamgraph.simulator.visits import Visit

DETECTOR_RADIUS = 155.0
"""mm, for the resolution at the edge of the detector."""


@dataclass(frozen=True, slots=True)
class Optics:
    """How a collection was taken: Å, s, mm, %, photon/s."""

    wavelength: float
    exposure: float
    distance: float
    resolution: float
    transmission: float
    flux: float


@dataclass
class Collection:
    """Raw data of MX: its number in ISPyB and, where it is there, the dataset in ICAT."""

    key: int
    dataset: int | None
    location: str
    sample: Sample
    catalogued: int
    start: datetime
    end: datetime
    images: int
    optics: Optics
    records: list[str] = field(default_factory=list)


def optics(chance: Random) -> Optics:
    """Typical values of a beamline of MX."""
    wavelength = round(chance.choice((0.9763, 0.9677, 0.8731, 1.0)) + chance.gauss(0, 1e-4), 5)
    distance = round(chance.uniform(110, 320), 2)
    resolution = round(wavelength * distance / DETECTOR_RADIUS * 0.72, 3)
    return Optics(
        wavelength,
        chance.choice((0.01, 0.02, 0.04)),
        distance,
        resolution,
        chance.choice((5.0, 10.0, 25.0, 50.0, 100.0)),
        round(chance.uniform(0.5, 9.0) * 1e11, -8),
    )


class Station:
    """The beamline as it takes data for one visit."""

    def __init__(
        self, books: Books, facility: Facility, visit: Visit, chance: Random, noise: Noise
    ) -> None:
        self.books, self.facility, self.visit = books, facility, visit
        self.chance, self.noise = chance, noise
        self.now = visit.start + timedelta(minutes=20)
        self.sweep: int | None = None
        """The sweep that the last characterisation asked for."""

    def characterise(self, sample: Sample, name: str) -> int:
        """Two wedges, one group in ISPyB and one dataset in ICAT; returns the first's number."""
        seen = optics(self.chance)
        group = self._group(sample, "Characterization")
        folder = f"{self._folder(sample)}/run_01_characterisation"
        start = self.now
        wedges = [
            self._collection(group, sample, f"ref-{sample.label}", number, folder, 1, seen)
            for number in (1, 2)
        ]
        catalogued = icat_sample(
            self.books, self.facility, self.visit, sample.number, name, "crystal"
        )
        told = {
            "name": f"run_01_characterisation_{sample.number}", "kind": "acquisition",
            "location": folder, "start": start, "end": self.now, "complete": False, "files": 3,
        }  # fmt: skip
        values = self._values(folder, "characterisation", 1, seen, f"ref-{sample.label}_1")
        values |= {"MX_dataCollectionId": wedges[0], "MX_template": None, "Sample_name": name}
        made = dataset(self.books, self.facility, self.visit, catalogued, told, values)
        for wedge in wedges:
            self.books.truth.thing("Dataset", [f"ispyb:DataCollection:{wedge}"])
        whole = [f"ispyb:DataCollectionGroup:{group}", f"icat:Dataset:{made}"]
        self.books.truth.thing("Dataset", whole)
        self._screening(wedges[0], group, sample)
        return wedges[0]

    def collect(self, sample: Sample, name: str, run: int) -> Collection:
        """One full collection, in both databases."""
        seen = optics(self.chance)
        images = self.chance.choice((1800, 2000, 3600))
        group = self._group(sample, "OSC")
        folder = f"{self._folder(sample)}/run_{run:02d}_datacollection"
        prefix = sample.label
        start = self.now
        wanted = positioning.plan(self, sample) if run == 1 and sample.number % 5 == 0 else None
        key = self._collection(group, sample, prefix, run, folder, images, seen, wanted)
        if wanted is not None:
            positioning.centre(self, sample, group, key)
        records = [f"ispyb:DataCollection:{key}", f"ispyb:DataCollectionGroup:{group}"]
        end = self.now
        if self.noise.hits("near_duplicate"):
            again = self._group(sample, "OSC")
            broken = self._collection(again, sample, prefix, run + 50, folder, images // 9, seen)
            self.books.truth.thing(
                "Dataset",
                [f"ispyb:DataCollection:{broken}", f"ispyb:DataCollectionGroup:{again}"],
            )
        catalogued = icat_sample(
            self.books, self.facility, self.visit, sample.number, name, "crystal"
        )
        told, values = self._twin(sample, name, key, run, folder, images, seen, prefix)
        told |= {"start": start, "end": end, "files": images // 100 + 2}
        made = dataset(self.books, self.facility, self.visit, catalogued, told, values)
        records.append(f"icat:Dataset:{made}")
        self.books.truth.thing("Dataset", records)
        place = told["location"]
        return Collection(key, made, place, sample, catalogued, start, end, images, seen, records)

    def _twin(
        self,
        sample: Sample,
        name: str,
        key: int,
        run: int,
        folder: str,
        images: int,
        seen: Optics,
        prefix: str,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What ICAT is told of a collection, with what is missing or renamed there."""
        location = folder
        if self.noise.hits("renamed_path"):
            location = folder.replace("/data/visitor/", "/data/archive/")
        named = f"run_{run:02d}_datacollection_{sample.number}"
        known: int | None = key
        if self.noise.hits("missing_collection_id"):
            known = None
            if self.noise.hits("legacy_name"):
                named = f"{prefix}_{run}_{key}"
        values = self._values(location, "datacollection", images, seen, f"{prefix}_{run}")
        values |= {"MX_dataCollectionId": known, "Sample_name": name}
        return {"name": named, "kind": "acquisition", "location": location}, values

    def _values(
        self, folder: str, scan: str, images: int, seen: Optics, stem: str
    ) -> dict[str, Any]:
        width = 0.1
        return {
            "MX_directory": folder, "MX_template": f"{stem}_%04d.h5", "MX_scanType": scan,
            "MX_numberOfImages": images, "MX_startImageNumber": 1,
            "MX_exposureTime": seen.exposure, "MX_wavelength": seen.wavelength,
            "MX_resolution": seen.resolution, "MX_detectorDistance": seen.distance,
            "MX_transmission": seen.transmission, "MX_flux": f"{seen.flux:.4g}",
            "MX_beamSizeAtSampleX": 0.05, "MX_beamSizeAtSampleY": 0.03, "MX_beamShape": "ellipse",
            "MX_oscillationStart": 0.0, "MX_oscillationRange": width,
            "MX_rotation_axis": "omega", "MX_xBeam": 155.2, "MX_yBeam": 164.1,
            "InstrumentDetector01_model": "Eiger2 16M",
            "InstrumentDetector01_manufacturer": "Dectris",
            "InstrumentMonochromator_energy": round(12.398419843 / seen.wavelength, 4),
        }  # fmt: skip

    def _folder(self, sample: Sample) -> str:
        return f"{self.visit.folder}/RAW_DATA/{sample.substance.acronym}/{sample.label}"

    def _group(self, sample: Sample, kind: str) -> int:
        known = None if self.noise.hits("missing_sample_link") else sample.key
        return self.books.ispyb(
            "DataCollectionGroup",
            {"dataCollectionGroupId": None, "sessionId": self.visit.session, "blSampleId": known,
             "experimentType": kind, "startTime": clock(self.now)},
            dls={"experimentTypeId": self.facility.experiment_types[kind]},
        )  # fmt: skip

    def _collection(
        self,
        group: int,
        sample: Sample,
        prefix: str,
        run: int,
        folder: str,
        images: int,
        seen: Optics,
        plan: int | None = None,
    ) -> int:
        start = self.now
        self.now += timedelta(seconds=30 + int(images * seen.exposure))
        shift = timedelta(hours=1) if self.noise.hits("clock_off") else timedelta()
        end = "0000-00-00 00:00:00" if self.noise.hits("zero_date") else clock(self.now + shift)
        row = {
            "dataCollectionId": None, "dataCollectionGroupId": group,
            "detectorId": self.facility.detectors[MX], "dataCollectionNumber": run,
            "startTime": clock(start + shift), "endTime": end,
            "runStatus": "Data collection successful", "axisStart": 0.0,
            "axisRange": 0.1, "overlap": 0.0, "numberOfImages": images, "startImageNumber": 1,
            "numberOfPasses": 1, "exposureTime": seen.exposure, "imageDirectory": folder + "/",
            "imagePrefix": prefix, "imageSuffix": "h5",
            "fileTemplate": f"{prefix}_{run}_%04d.h5", "wavelength": seen.wavelength,
            "resolution": seen.resolution, "detectorDistance": seen.distance, "xBeam": 155.2,
            "yBeam": 164.1, "transmission": seen.transmission, "rotationAxis": "Omega",
            "strategySubWedgeOrigId": self.sweep if images > 1 else None,
            "flux": seen.flux, "beamSizeAtSampleX": 0.05, "beamSizeAtSampleY": 0.03,
            "beamShape": "ellipse",
        }  # fmt: skip
        key = self.books.ispyb("DataCollection", row, dls={"dataCollectionPlanId": plan})
        self.now += timedelta(minutes=2 + key % 4)
        return key

    def _screening(self, collection: int, group: int, sample: Sample) -> None:
        screening = self.books.ispyb(
            "Screening",
            {"screeningId": None, "dataCollectionId": collection, "dataCollectionGroupId": group,
             "bltimeStamp": clock(self.now), "programVersion": "EDNA MXv1"},
        )  # fmt: skip
        output = self.books.ispyb(
            "ScreeningOutput",
            {"screeningOutputId": None, "screeningId": screening, "indexingSuccess": 1,
             "strategySuccess": 1, "mosaicity": round(self.chance.uniform(0.1, 0.9), 2),
             "rankingResolution": round(self.chance.uniform(1.2, 3.5), 2),
             "statusDescription": "Indexing successful"},
        )  # fmt: skip
        names = ("unitCell_a", "unitCell_b", "unitCell_c", "unitCell_alpha", "unitCell_beta",
                 "unitCell_gamma")  # fmt: skip
        self.books.ispyb(
            "ScreeningOutputLattice",
            {"screeningOutputLatticeId": None, "screeningOutputId": output,
             "spaceGroup": sample.substance.group.replace(" ", ""),
             **dict(zip(names, sample.substance.cell, strict=True)),
             "bltimeStamp": clock(self.now)},
        )  # fmt: skip
        self._strategy(output)
        self.books.truth.thing("Processing", [f"ispyb:Screening:{screening}"])

    def _strategy(self, output: int) -> None:
        """How the crystal should be collected: one wedge, one sweep."""
        strategy = self.books.ispyb(
            "ScreeningStrategy",
            {"screeningStrategyId": None, "screeningOutputId": output, "program": "BEST",
             "rankingResolution": 1.9},
        )  # fmt: skip
        wedge = self.books.ispyb(
            "ScreeningStrategyWedge",
            {"screeningStrategyWedgeId": None, "screeningStrategyId": strategy, "wedgeNumber": 1,
             "resolution": 1.9},
        )  # fmt: skip
        self.sweep = self.books.ispyb(
            "ScreeningStrategySubWedge",
            {"screeningStrategySubWedgeId": None, "screeningStrategyWedgeId": wedge,
             "subWedgeNumber": 1, "axisStart": 12.0, "axisEnd": 102.0, "exposureTime": 0.02},
        )  # fmt: skip
