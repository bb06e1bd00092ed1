"""BioSAXS: a specimen between its buffers, averaged, subtracted, and modelled; tables of ESRF."""

from datetime import timedelta

from beamgraph.simulator.books import clock
from beamgraph.simulator.catalogue import dataset
from beamgraph.simulator.stage import Stage

FRAMES = 10


class Solutions(Stage):
    """The beamline of BioSAXS. Of what Diamond has no tables, its flavour says nothing."""

    def series(self, room: int) -> int:
        """One series of at most so many measurements; returns how many there were."""
        number = self.books.key("sample")
        name = f"solution{number}"
        proposal = self.visit.proposal.key
        truth, write = self.books.truth.thing, self.books.ispyb
        protein = write(
            "Macromolecule",
            {"macromoleculeId": None, "proposalId": proposal, "name": name, "acronym": f"m{number}",
             "molecularMass": "14300"},
        )  # fmt: skip
        truth("Macromolecule", [f"ispyb:Macromolecule:{protein}"])
        buffer = write(
            "Buffer",
            {"bufferId": None, "proposalId": proposal, "name": f"buffer{number}",
             "acronym": f"b{number}", "pH": "7.5"},
        )  # fmt: skip
        truth("Sample", [f"ispyb:Buffer:{buffer}"])
        stock = write(
            "StockSolution",
            {"stockSolutionId": None, "proposalId": proposal, "bufferId": buffer, "name": name,
             "macromoleculeId": protein, "concentration": "5"},
        )  # fmt: skip
        truth("Sample", [f"ispyb:StockSolution:{stock}"])
        series = write(
            "Experiment",
            {"experimentId": None, "sessionId": self.visit.session, "proposalId": proposal,
             "name": name, "creationDate": clock(self.now), "experimentType": "STATIC"},
        )  # fmt: skip
        truth("Dataset", [f"ispyb:Experiment:{series}"])
        curve = write("SaxsDataCollection", {"dataCollectionId": None, "experimentId": series})
        truth("Dataset", [f"ispyb:SaxsDataCollection:{curve}"])
        kinds = ("sample", "before", "after")[: max(1, room)]
        for order, kind in enumerate(kinds):
            stuff = (protein, stock) if kind == "sample" else (None, None)
            self._measure(series, curve, order, f"{name}_{kind}", buffer, *stuff)
        self._model(curve)
        return len(kinds)

    def _measure(
        self,
        series: int,
        curve: int,
        order: int,
        name: str,
        buffer: int,
        protein: int | None,
        stock: int | None,
    ) -> None:
        truth, write = self.books.truth.thing, self.books.ispyb
        specimen = write(
            "Specimen",
            {"specimenId": None, "experimentId": series, "bufferId": buffer, "code": name,
             "macromoleculeId": protein, "stockSolutionId": stock, "concentration": "5"},
        )  # fmt: skip
        truth("Sample", [f"ispyb:Specimen:{specimen}"])
        start, end = self.now, self.now + timedelta(seconds=40)
        self.now = end + timedelta(minutes=3)
        run = write(
            "Run",
            {"runId": None, "timePerFrame": "1", "timeStart": clock(start), "timeEnd": clock(end),
             "energy": "12.5", "frameCount": str(FRAMES)},
        )  # fmt: skip
        folder = self.folder(name, 1)
        measurement = write(
            "Measurement",
            {"measurementId": None, "specimenId": specimen, "runId": run, "code": name,
             "imageDirectory": folder, "transmission": "100"},
        )  # fmt: skip
        write(
            "MeasurementToDataCollection",
            {"measurementToDataCollectionId": None, "dataCollectionId": curve,
             "measurementId": measurement, "dataCollectionOrder": order + 1},
        )  # fmt: skip
        frames = write("FrameList", {"frameListId": None})
        group = write("FrameSet", {"frameSetId": None, "runId": run, "frameListId": frames})
        for number in range(1, FRAMES + 1):
            frame = write(
                "Frame",
                {"frameId": None, "filePath": f"{folder}/{number:05d}.edf", "frameSetId": group},
            )
            write("FrameToList", {"frameToListId": None, "frameListId": frames, "frameId": frame})
        merge = write(
            "Merge",
            {"mergeId": None, "measurementId": measurement, "frameListId": frames,
             "averageFilePath": f"{folder}/average.dat", "framesMerge": str(FRAMES)},
        )  # fmt: skip
        truth("Dataset", [f"ispyb:Merge:{merge}"])
        catalogued = self.catalogued(self.books.key("sample"), name, "solution")
        truth("Sample", [f"icat:Sample:{catalogued}"])
        told = {
            "name": name, "kind": "acquisition", "location": folder, "start": start, "end": end,
            "files": FRAMES,
        }  # fmt: skip
        values = {
            "SAXS_directory": folder, "SAXS_code": name, "SAXS_numberFrames": FRAMES,
            "SAXS_timePerFrame": 1, "SAXS_concentration": 5, "SAXS_waveLength": 0.9919,
            "SAXS_experimentType": "sample", "Sample_name": name,
        }  # fmt: skip
        made = dataset(self.books, self.facility, self.visit, catalogued, told, values)
        records = [f"ispyb:Measurement:{measurement}", f"ispyb:Run:{run}"]
        truth("Dataset", [*records, f"icat:Dataset:{made}"])

    def _model(self, curve: int) -> None:
        truth, write = self.books.truth.thing, self.books.ispyb
        subtraction = write(
            "Subtraction",
            {"subtractionId": None, "dataCollectionId": curve, "rg": "1.45", "dmax": "4.3",
             "substractedFilePath": f"{self.visit.folder}/PROCESSED_DATA/{curve}/subtracted.dat",
             "creationTime": clock(self.now)},
        )  # fmt: skip
        truth("Dataset", [f"ispyb:Subtraction:{subtraction}"])
        found = write("ModelList", {"modelListId": None, "nsdFilePath": "nsd.log"})
        models = []
        for number in (1, 2, 3):
            model = write("Model", {"modelId": None, "name": f"dammin-{number}", "rg": "1.46"})
            truth("Structure", [f"ispyb:Model:{model}"])
            write("ModelToList", {"modelToListId": None, "modelId": model, "modelListId": found})
            models.append(model)
        shape = write(
            "AbInitioModel",
            {"abInitioModelId": None, "modelListId": found, "averagedModelId": models[0],
             "shapeDeterminationModelId": models[1], "creationTime": clock(self.now)},
        )  # fmt: skip
        write(
            "SubtractionToAbInitioModel",
            {"subtractionToAbInitioModelId": None, "abInitioId": shape,
             "subtractionId": subtraction},
        )  # fmt: skip
        truth("Processing", [f"ispyb:AbInitioModel:{shape}"])
        for table, key in (
            ("FitStructureToExperimentalData", "fitStructureToExperimentalDataId"),
            ("RigidBodyModeling", "rigidBodyModelingId"),
            ("Superposition", "superpositionId"),
        ):
            row = {key: None, "subtractionId": subtraction, "creationDate": clock(self.now)}
            truth("Processing", [f"ispyb:{table}:{write(table, row)}"])
