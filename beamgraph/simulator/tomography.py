"""X-ray tomography, which only ICAT knows: scans, and volumes that are reconstructed from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from beamgraph.simulator.books import Books
from beamgraph.simulator.catalogue import UNITS, datafile, dataset, icat_sample
from beamgraph.simulator.facility import Facility
from beamgraph.simulator.visits import Visit

OBJECTS = ("tooth", "skull", "amber", "battery", "foam", "seed", "alloy", "bone")


@dataclass(frozen=True, slots=True)
class Scan:
    """Raw data of a tomograph."""

    dataset: int
    location: str
    end: datetime
    files: tuple[int, ...]
    number: int


class Tomograph:
    """The beamline as it takes and reconstructs data for one visit."""

    def __init__(self, books: Books, facility: Facility, visit: Visit, chance: Random) -> None:
        self.books, self.facility, self.visit, self.chance = books, facility, visit, chance
        self.now = visit.start + timedelta(hours=1)

    def sample(self) -> tuple[int, int, str]:
        """A new object: its number in the world, in ICAT, and its name."""
        number = self.books.key("sample")
        name = f"{self.chance.choice(OBJECTS)}_{number}"
        key = icat_sample(self.books, self.facility, self.visit, number, name, "fossil")
        self.books.truth.thing("Sample", [f"icat:Sample:{key}"])
        return number, key, name

    def scan(self, sample: int, name: str, number: int) -> Scan:
        """One scan, with the two files of which something may be said."""
        projections = self.chance.choice((1500, 3000, 6000))
        exposure = self.chance.choice((0.02, 0.05, 0.1))
        start = self.now
        end = start + timedelta(seconds=60 + projections * exposure)
        self.now = end + timedelta(minutes=10)
        folder = f"{self.visit.folder}/RAW_DATA/{name}/{name}_{number:04d}"
        size = projections * 2048 * 2048 * 2
        told = {
            "name": f"{name}_{number:04d}", "kind": "acquisition", "location": folder,
            "start": start, "end": end, "files": 3, "size": size,
        }  # fmt: skip
        energy = round(self.chance.uniform(18, 120), 1)
        pixel = self.chance.choice((0.65, 1.4, 3.1, 6.5, 13.0))
        values = {
            "scanType": "tomo", "Sample_name": name, "TOMOAcquisition_energy": energy,
            "TOMOAcquisition_proj_n": projections, "TOMOAcquisition_flat_n": 41,
            "TOMOAcquisition_dark_n": 20, "TOMOAcquisition_exposure_time": exposure,
            "TOMOAcquisition_scan_range": 360.0, "TOMOAcquisition_sample_pixel_size": pixel,
            "TOMOAcquisition_sample_detector_distance": self.chance.choice((100.0, 500.0, 3000.0)),
            "TOMOAcquisition_scintillator": "LuAG 200", "TOMOAcquisition_type": "fullturn",
        }  # fmt: skip
        key = dataset(self.books, self.facility, self.visit, sample, told, values)
        self.books.truth.thing("Dataset", [f"icat:Dataset:{key}"])
        sizes = ((f"{folder}/{told['name']}.h5", size), (f"{folder}/flats.h5", 41 * 8_388_608))
        files = tuple(
            datafile(self.books, self.facility, key, path, part, end, "HDF5")
            for path, part in sizes
        )
        copied = {"SOURCE_DATAFILE_ID": files[0], "DEST_DATAFILE_ID": files[1]}
        if number == 1:
            self.books.icat("RelatedDatafile", {**copied, "RELATION": "references"}, end)
            self.books.parameters(
                "Datafile", files[0], {"TOMOAcquisition_proj_n": projections}, UNITS, end
            )
            self.books.parameters("Sample", sample, {"Sample_name": name}, UNITS, end)
            for place in files:
                self.books.truth.thing("File", [f"icat:Datafile:{place}"])
        return Scan(key, folder, end, files, number)

    def reconstruct(self, scan: Scan, sample: int, name: str, method: str) -> int:
        """A volume, made by a job of ICAT or by a run that the dataset itself tells of."""
        start = scan.end + timedelta(minutes=30)
        end = start + timedelta(minutes=self.chance.randint(10, 90))
        told = {
            "name": f"{name}_{method}_{self.books.key('processed')}", "kind": "processed",
            "location": scan.location.replace("RAW_DATA", "PROCESSED_DATA") + f"/{method}",
            "start": start, "end": end, "files": 1, "size": 2048**3 * 4,
        }  # fmt: skip
        by_job = method == "pyhst2"
        values = {
            "TOMOReconstruction_method": "FBP", "TOMOReconstruction_voxel_size_x": 1.4,
            "Process_program": None if by_job else method, "Process_version": "2024.1",
            "Process_triggering": None if by_job else "automatic",
            "input_datasets": None if by_job else scan.location,
            "input_datasetIds": None if by_job else scan.dataset,
        }  # fmt: skip
        key = dataset(self.books, self.facility, self.visit, sample, told, values)
        self.books.truth.thing("Dataset", [f"icat:Dataset:{key}"])
        if by_job:
            self._job(scan, key, end)
        else:
            self.books.truth.thing("Processing", [f"icat:Dataset:{key}"])
        return key

    def _job(self, scan: Scan, volume: int, end: datetime) -> None:
        """Input: the scan's dataset and its flat fields as a file; output: the volume."""
        read = self.books.icat("DataCollection", {"DOI": None}, end)
        wrote = self.books.icat("DataCollection", {"DOI": None}, end)
        books = self.books
        books.icat(
            "DataCollectionDataset", {"DATACOLLECTION_ID": read, "DATASET_ID": scan.dataset}, end
        )
        flats = scan.files[1]
        books.icat("DataCollectionDatafile", {"DATACOLLECTION_ID": read, "DATAFILE_ID": flats}, end)
        books.icat("DataCollectionDataset", {"DATACOLLECTION_ID": wrote, "DATASET_ID": volume}, end)
        row = {
            "APPLICATION_ID": self.facility.applications["pyhst2"],
            "ARGUMENTS": "--half-acquisition",
            "INPUTDATACOLLECTION_ID": read, "OUTPUTDATACOLLECTION_ID": wrote,
        }  # fmt: skip
        job = books.icat("Job", row, end)
        records = [f"icat:Job:{job}", f"icat:DataCollection:{read}", f"icat:DataCollection:{wrote}"]
        books.truth.thing("Processing", records)
        if scan.number > 1:  # those of the first scan are related to each other
            books.truth.thing("File", [f"icat:Datafile:{flats}"])
