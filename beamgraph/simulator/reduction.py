"""What becomes of a collection of MX: pipelines, merging, replacement, a user's own run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.catalogue import dataset
from beamgraph.simulator.facility import Facility
from beamgraph.simulator.mx import Collection
from beamgraph.simulator.noise import Noise
from beamgraph.simulator.statistics import Quality, icat_values, quality, shells
from beamgraph.simulator.visits import Visit

PIPELINES = ("xia2 dials", "autoPROC", "fast_dp", "XDSAPP", "grenades_fastproc")
CELL = ("a", "b", "c", "alpha", "beta", "gamma")


@dataclass(frozen=True, slots=True)
class Result:
    """A scaled result: its numbers in ISPyB, how good it is, and its dataset in ICAT."""

    scaling: int
    program: int
    quality: Quality
    dataset: int | None
    end: datetime


class Cluster:
    """The computers that process what one visit takes."""

    def __init__(
        self, books: Books, facility: Facility, visit: Visit, chance: Random, noise: Noise
    ) -> None:
        self.books, self.facility, self.visit = books, facility, visit
        self.chance, self.noise = chance, noise

    def process(
        self, inputs: Sequence[Collection], pipeline: str, *, by_user: bool = False
    ) -> Result | None:
        """Run a pipeline over collections (several are merged); None where it fails."""
        head = inputs[0]
        start = max(item.end for item in inputs) + timedelta(days=30 if by_user else 0, minutes=1)
        end = start + timedelta(minutes=self.chance.randint(3, 40))
        failed = self.chance.random() < 0.08
        program, records = self._program(head, pipeline, start, end, failed, by_user)
        if failed:
            self.books.truth.thing("Processing", records)
            return None
        good = quality(head.optics.resolution, head.sample.substance.cell, self.chance)
        scaling, described = self._scaling(inputs, program, good, end)
        made = None
        if self.chance.random() < 0.85:
            made = self._catalogue(inputs, pipeline, good, start, end, by_user)
            described.append(f"icat:Dataset:{made}")
            records.append(f"icat:Dataset:{made}")
        self.books.truth.thing("Dataset", described)
        self.books.truth.thing("Processing", records)
        return Result(scaling, program, good, made, end)

    def _program(
        self,
        head: Collection,
        pipeline: str,
        start: datetime,
        end: datetime,
        failed: bool,
        by_user: bool,
    ) -> tuple[int, list[str]]:
        job = self.books.key("ProcessingJob")
        self.books.ispyb(
            "ProcessingJob",
            {"processingJobId": job, "dataCollectionId": head.key, "displayName": pipeline,
             "recipe": "autoprocessing" if not by_user else "reprocess",
             "automatic": int(not by_user), "recordTimestamp": clock(start)},
        )  # fmt: skip
        message = "processing failure" if failed else "processing successful"
        program = self.books.ispyb(
            "AutoProcProgram",
            {"autoProcProgramId": None, "processingPrograms": pipeline,
             "processingMessage": message, "processingStartTime": clock(start),
             "processingEndTime": clock(end), "processingEnvironment": "cluster",
             "processingCommandLine": f"{pipeline.split()[0]} image={head.location}",
             "recordTimeStamp": clock(start)},
            dls={"processingJobId": job, "processingStatus": int(not failed)},
            esrf={"dataCollectionId": head.key,
                  "processingStatus": "FAILED" if failed else "SUCCESS"},
        )  # fmt: skip
        files = [("Log", f"{pipeline.split()[0]}.log")]
        files += [] if failed else [("Result", "scaled.mtz")]
        for kind, name in files:
            file = self.books.ispyb(
                "AutoProcProgramAttachment",
                {"autoProcProgramAttachmentId": None, "autoProcProgramId": program,
                 "fileType": kind, "fileName": name,
                 "filePath": head.location.replace("RAW_DATA", "PROCESSED_DATA"),
                 "recordTimeStamp": clock(end)},
            )  # fmt: skip
            self.books.truth.thing("File", [f"ispyb:AutoProcProgramAttachment:{file}"])
        records = [f"ispyb:AutoProcProgram:{program}", f"ispyb:ProcessingJob:{job}"]
        return program, records

    def _scaling(
        self, inputs: Sequence[Collection], program: int, good: Quality, end: datetime
    ) -> tuple[int, list[str]]:
        at = clock(end)
        group = inputs[0].sample.substance.group
        proc = self.books.ispyb(
            "AutoProc",
            {"autoProcId": None, "autoProcProgramId": program, "spaceGroup": group,
             **{f"refinedCell_{n}": v for n, v in zip(CELL, good.cell, strict=True)},
             "recordTimeStamp": at},
        )  # fmt: skip
        scaling = self.books.ispyb(
            "AutoProcScaling",
            {"autoProcScalingId": None, "autoProcId": proc, "recordTimeStamp": at},
        )
        for shell in shells(good):
            self.books.ispyb(
                "AutoProcScalingStatistics",
                {"autoProcScalingStatisticsId": None, "autoProcScalingId": scaling,
                 "recordTimeStamp": at, **shell.ispyb()},
                dls={"ccAnomalous": shell.cc_anomalous}, esrf={"ccAno": shell.cc_anomalous},
            )  # fmt: skip
        for item in inputs:
            lost = self.noise.hits("orphan_row")
            integration = self.books.ispyb(
                "AutoProcIntegration",
                {"autoProcIntegrationId": None,
                 "dataCollectionId": item.key + 90_000_000 if lost else item.key,
                 "autoProcProgramId": program, "startImageNumber": 1,
                 "endImageNumber": item.images, "anomalous": 0,
                 "refinedDetectorDistance": item.optics.distance,
                 "refinedXBeam": 164.12, "refinedYBeam": 155.18,
                 **{f"cell_{n}": v for n, v in zip(CELL, good.cell, strict=True)},
                 "recordTimeStamp": at},
            )  # fmt: skip
            self.books.ispyb(
                "AutoProcScaling_has_Int",
                {"autoProcScaling_has_IntId": None, "autoProcScalingId": scaling,
                 "autoProcIntegrationId": integration, "recordTimeStamp": at},
            )  # fmt: skip
            self.books.truth.thing("Dataset", [f"ispyb:AutoProcIntegration:{integration}"])
        return scaling, [f"ispyb:AutoProcScaling:{scaling}", f"ispyb:AutoProc:{proc}"]

    def _catalogue(
        self,
        inputs: Sequence[Collection],
        pipeline: str,
        good: Quality,
        start: datetime,
        end: datetime,
        by_user: bool,
    ) -> int:
        head = inputs[0]
        place = head.location.replace("RAW_DATA", "PROCESSED_DATA")
        folder = f"{place}/{pipeline.replace(' ', '_')}{'_user' if by_user else ''}"
        folder += f"_{len(inputs)}" if len(inputs) > 1 else ""
        told = {
            "name": f"{pipeline.replace(' ', '_')}_{self.books.key('processed')}",
            "kind": "processed", "location": folder, "start": start, "end": end, "files": 6,
        }  # fmt: skip
        values = icat_values(good, head.sample.substance.group)
        values |= {
            "input_datasets": ",".join(item.location for item in inputs),
            "input_datasetIds": " ".join(str(item.dataset) for item in inputs),
            "Process_program": pipeline, "Process_version": "2024.2", "scanType": "integration",
            "Process_triggering": "user" if by_user else "automatic",
        }  # fmt: skip
        return dataset(self.books, self.facility, self.visit, head.catalogued, told, values)

    def replace(self, result: Result, sample_name: str) -> None:
        """Molecular replacement with a known model, and the entry of the PDB that resembles it."""
        end = result.end + timedelta(minutes=20)
        found = round(self.chance.uniform(0.18, 0.28), 3)
        common = {"rValueStart": 0.42, "rValueEnd": found, "rFreeValueStart": 0.44,
                  "rFreeValueEnd": round(found + 0.03, 3)}  # fmt: skip
        program = self.books.key("AutoProcProgram")
        self.books.dls.add(
            "AutoProcProgram",
            {"autoProcProgramId": program, "processingPrograms": "dimple", "processingStatus": 1,
             "processingStartTime": clock(result.end), "processingEndTime": clock(end),
             "recordTimeStamp": clock(result.end)},
        )  # fmt: skip
        run = self.books.ispyb(
            "MXMRRun",
            {"mxMRRunId": None, "autoProcScalingId": result.scaling, **common},
            dls={"autoProcProgramId": program, "LLG": 512.0, "TFZ": 14.2},
            esrf={"pipeline": "dimple", "success": 1, "starttime": clock(result.end),
                  "endtime": clock(end)},
        )  # fmt: skip
        records = [f"ispyb:AutoProcProgram:{program}", f"ispyb:MXMRRun:{run}"]
        self.books.truth.thing("Processing", records)
        if self.chance.random() < 0.4:
            self._deposit(result, sample_name, end)

    def _deposit(self, result: Result, sample_name: str, end: datetime) -> None:
        number = self.books.key("pdb code")
        letters = "abcdefghijklmnopqrstuvwxyz"
        code = f"9{letters[number // 676 % 26]}{letters[number // 26 % 26]}{letters[number % 26]}"
        entry = self.books.ispyb(
            "PDBEntry",
            {"pdbEntryId": None, "autoProcProgramId": result.program, "code": code,
             "resolution": result.quality.high, "pdbTitle": f"Structure of {sample_name}",
             "pdbDate": clock(end + timedelta(days=200)), "distance": 0.4,
             "pdbBeamlineName": self.visit.beamline.name},
        )  # fmt: skip
        self.books.truth.thing("Structure", [f"ispyb:PDBEntry:{entry}"])
