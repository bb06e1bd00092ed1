"""High-throughput powder diffraction, which only ICAT knows: capillaries, one pattern each."""

from datetime import timedelta

from beamgraph.simulator.catalogue import dataset
from beamgraph.simulator.stage import Stage


class Powders(Stage):
    """The beamline of powder diffraction with its robot."""

    def capillary(self) -> None:
        """One capillary: a pattern, and its integration by a job."""
        number = self.books.key("sample")
        name = f"powder_{number}"
        sample = self.catalogued(number, name, "powder")
        self.books.truth.thing("Sample", [f"icat:Sample:{sample}"])
        start, end = self.now, self.now + timedelta(seconds=30)
        self.now = end + timedelta(seconds=45)
        location = self.folder(name, 1)
        told = {
            "name": f"{name}_0001", "kind": "acquisition", "location": location, "start": start,
            "end": end, "files": 2, "size": 40_000_000,
        }  # fmt: skip
        values = {
            "Sample_name": name, "scanType": "powder", "HTXRPD_energy": 75.0,
            "HTXRPD_exposureTime": 20, "HTXRPD_distance": 900, "HTXRPD_sampleVibration": 50,
        }  # fmt: skip
        raw = dataset(self.books, self.facility, self.visit, sample, told, values)
        self.books.truth.thing("Dataset", [f"icat:Dataset:{raw}"])
        told = {
            "name": f"{name}_pyFAI", "kind": "processed", "start": end, "files": 1,
            "location": location.replace("RAW_DATA", "PROCESSED_DATA"),
            "end": end + timedelta(minutes=1),
        }  # fmt: skip
        pattern = dataset(self.books, self.facility, self.visit, sample, told, {})
        self.books.truth.thing("Dataset", [f"icat:Dataset:{pattern}"])
        lists = []
        for key in (raw, pattern):
            made = self.books.icat("DataCollection", {"DOI": None}, end)
            link = {"DATACOLLECTION_ID": made, "DATASET_ID": key}
            self.books.icat("DataCollectionDataset", link, end)
            lists.append(made)
        row = {
            "APPLICATION_ID": self.facility.applications["pyFAI"], "ARGUMENTS": "--npt 3000",
            "INPUTDATACOLLECTION_ID": lists[0], "OUTPUTDATACOLLECTION_ID": lists[1],
        }  # fmt: skip
        job = self.books.icat("Job", row, end)
        records = [f"icat:Job:{job}", *(f"icat:DataCollection:{key}" for key in lists)]
        self.books.truth.thing("Processing", records)
