"""Cryo-electron tomography: a grid, tilt series of movies, tomograms; particles beside them."""

from beamgraph.simulator.books import clock
from beamgraph.simulator.samples import Sample
from beamgraph.simulator.stage import Stage, Taken

MOVIES = 11
TILT = 6.0


class Microscope(Stage):
    """The electron microscope."""

    def tilt(self, sample: Sample, run: int) -> None:
        """One tilt series, its corrections, and at Diamond its tomogram."""
        catalogued = self.catalogued(sample.number, sample.label, "grid")
        told = {
            "name": sample.label, "run": run, "images": MOVIES, "seconds": 90 * MOVIES,
            "columns": {"magnification": 81000, "exposureTime": 3.0, "voltage": 300.0,
                        "totalAbsorbedDose": 3.0},
        }  # fmt: skip
        values = {
            "EM_voltage": 300, "EM_magnification": 81000, "EM_total_movie_number": MOVIES,
            "EM_images_count": 8, "EM_dose_per_frame": 0.4, "EM_grid_name": sample.label,
            "EM_microscope_model": "Titan Krios", "EM_tilt_angle": TILT,
        }  # fmt: skip
        taken = self.take(sample.key, catalogued, "EM", told, values)
        hole = self._grid(taken)
        program, end = self.program("MotionCor2", taken.end)
        self.books.truth.thing("Processing", [f"ispyb:AutoProcProgram:{program}"])
        movies, first = self._movies(taken, program, hole)
        self._tomogram(taken, movies, end)
        if run == 1:
            self._particles(first, end)

    def _grid(self, taken: Taken) -> int:
        atlas = self.books.ispyb(
            "Atlas",
            {"atlasId": None, "dataCollectionGroupId": taken.group,
             "atlasImage": f"{taken.location}/atlas.jpg", "pixelSize": 0.000001,
             "cassetteSlot": 1},
        )  # fmt: skip
        square = self.books.ispyb(
            "GridSquare",
            {"gridSquareId": None, "atlasId": atlas, "gridSquareLabel": 7, "angle": 0.2},
        )
        return self.books.ispyb(
            "FoilHole",
            {"foilHoleId": None, "gridSquareId": square, "foilHoleLabel": 3, "diameter": 240.0},
        )

    def _movies(self, taken: Taken, program: int, hole: int) -> tuple[list[int], int]:
        movies = []
        corrected = 0
        for number in range(1, MOVIES + 1):
            at = clock(taken.start)
            movie = self.books.ispyb(
                "Movie",
                {"movieId": None, "dataCollectionId": taken.key, "movieNumber": number,
                 "movieFullPath": f"{taken.location}/m{number:04d}.tiff",
                 "createdTimeStamp": at},
                dls={"angle": (number - 6) * TILT, "nominalDefocus": 2.5, "numberOfFrames": 8,
                     "foilHoleId": hole},
                esrf={"dosePerImage": "3.0"},
            )  # fmt: skip
            movies.append(movie)
            motion = round(self.chance.uniform(2, 20), 2)
            key = self.books.ispyb(
                "MotionCorrection",
                {"motionCorrectionId": None, "movieId": movie, "totalMotion": motion,
                 "averageMotionPerFrame": round(motion / 8, 2), "dosePerFrame": 0.4},
                dls={"dataCollectionId": taken.key, "autoProcProgramId": program},
            )  # fmt: skip
            corrected = corrected or key
            self.books.ispyb(
                "CTF",
                {"ctfId": None, "motionCorrectionId": key},
                dls={"autoProcProgramId": program, "estimatedDefocus": 24000.0,
                     "estimatedResolution": round(self.chance.uniform(4, 9), 2)},
                esrf={"defocusU": "24100", "resolutionLimit": "5.2"},
            )  # fmt: skip
        return movies, corrected

    def _tomogram(self, taken: Taken, movies: list[int], end: object) -> None:
        program, done = self.program("AreTomo", taken.end, 50)
        self.books.truth.thing("Processing", [f"ispyb:AutoProcProgram:{program}"])
        made = self.books.ispyb(
            "Tomogram",
            {"tomogramId": None, "dataCollectionId": taken.key, "autoProcProgramId": program,
             "volumeFile": "tomogram.mrc", "fileDirectory": f"{taken.location}/tomogram",
             "pixelSpacing": 10.8, "recordTimeStamp": clock(done)},
        )  # fmt: skip
        self.books.truth.thing("Dataset", [f"ispyb:Tomogram:{made}"])
        for movie in movies:
            self.books.ispyb(
                "TiltImageAlignment",
                {"movieId": movie, "tomogramId": made, "defocusU": 2.4, "refinedTiltAngle": 6.1},
            )
        file = self.books.ispyb(
            "ProcessedTomogram",
            {"processedTomogramId": None, "tomogramId": made, "processingType": "denoised",
             "filePath": f"{taken.location}/tomogram/denoised.mrc"},
        )  # fmt: skip
        self.books.truth.thing("File", [f"ispyb:ProcessedTomogram:{file}"])

    def _particles(self, corrected: int, end: object) -> None:
        """Picking, classes, and a first model."""
        program, done = self.program("relion", self.now, 90)
        picker = self.books.ispyb(
            "ParticlePicker",
            {"particlePickerId": None, "programId": program, "numberOfParticles": 5200,
             "firstMotionCorrectionId": corrected, "particleDiameter": 180.0},
        )  # fmt: skip
        records = [f"ispyb:AutoProcProgram:{program}", f"ispyb:ParticlePicker:{picker}"]
        self.books.truth.thing("Processing", records)
        classes, _ = self.program("relion", done, 90)
        self.books.truth.thing("Processing", [f"ispyb:AutoProcProgram:{classes}"])
        group = self.books.ispyb(
            "ParticleClassificationGroup",
            {"particleClassificationGroupId": None, "particlePickerId": picker,
             "programId": classes, "type": "3D", "symmetry": "C1"},
        )  # fmt: skip
        self.books.truth.thing("Processing", [f"ispyb:ParticleClassificationGroup:{group}"])
        one = self.books.ispyb(
            "ParticleClassification",
            {"particleClassificationId": None, "particleClassificationGroupId": group,
             "classNumber": 1, "particlesPerClass": 3100, "estimatedResolution": 3.4},
        )  # fmt: skip
        model = self.books.ispyb(
            "CryoemInitialModel",
            {"cryoemInitialModelId": None, "resolution": 12.0, "numberOfParticles": 3100},
        )
        self.books.truth.thing("Structure", [f"ispyb:CryoemInitialModel:{model}"])
        self.books.ispyb(
            "ParticleClassification_has_CryoemInitialModel",
            {"particleClassificationId": one, "cryoemInitialModelId": model},
        )
