"""SAD and MAD: the edge is found, and phases are made of what was collected at it."""

from datetime import timedelta
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.mx import Station
from beamgraph.simulator.reduction import Result
from beamgraph.simulator.samples import Sample

ELEMENTS = ("Se", "Zn", "Fe", "Br")


def find_edge(station: Station, sample: Sample) -> int:
    """A fluorescence spectrum and an energy scan before the collection; returns how many."""
    books, at = station.books, station.now
    session = station.visit.session
    element = station.chance.choice(ELEMENTS)
    folder = f"{station.visit.folder}/RAW_DATA/{sample.label}/edge"
    common = {
        "sessionId": session, "blSampleId": sample.key, "startTime": clock(at),
        "endTime": clock(at + timedelta(minutes=2)), "exposureTime": 1.0,
        "beamSizeVertical": 20.0, "beamSizeHorizontal": 50.0, "workingDirectory": folder,
    }  # fmt: skip
    spectrum = books.ispyb(
        "XFEFluorescenceSpectrum",
        {"xfeFluorescenceSpectrumId": None, **common, "energy": 12700.0, "beamTransmission": 5.0,
         "filename": f"{folder}/spectrum.dat"},
    )  # fmt: skip
    scan = books.ispyb(
        "EnergyScan",
        {"energyScanId": None, **common, "element": element, "transmissionFactor": 0.05,
         "peakEnergy": 12658.0, "inflectionEnergy": 12656.0, "filename": f"{folder}/scan.raw"},
    )  # fmt: skip
    books.truth.thing("Dataset", [f"ispyb:XFEFluorescenceSpectrum:{spectrum}"])
    books.truth.thing("Dataset", [f"ispyb:EnergyScan:{scan}"])
    books.ispyb(
        "BLSample_has_EnergyScan",
        {"blSampleHasEnergyScanId": None, "blSampleId": sample.key, "energyScanId": scan},
    )
    station.now += timedelta(minutes=8)
    return 2


def phase(books: Books, result: Result, group: int, chance: Random) -> None:
    """Experimental phases of a scaling: substructure, phases, a first model."""
    end = result.end + timedelta(minutes=50)
    analysis = books.ispyb(
        "PhasingAnalysis", {"phasingAnalysisId": None, "recordTimeStamp": clock(result.end)}
    )
    books.truth.thing("Processing", [f"ispyb:PhasingAnalysis:{analysis}"])
    link = books.ispyb(
        "Phasing_has_Scaling",
        {"phasingHasScalingId": None, "phasingAnalysisId": analysis,
         "autoProcScalingId": result.scaling, "datasetNumber": 1},
    )  # fmt: skip
    run = books.ispyb(
        "PhasingProgramRun",
        {"phasingProgramRunId": None, "phasingPrograms": "shelxc/d/e", "phasingStatus": 1,
         "phasingStartTime": clock(result.end), "phasingEndTime": clock(end)},
    )  # fmt: skip
    records = [f"ispyb:PhasingProgramRun:{run}"]
    common = {"phasingAnalysisId": analysis, "phasingProgramRunId": run, "spaceGroupId": group,
              "lowRes": 45.0, "highRes": 2.5}  # fmt: skip
    for table, key in (
        ("PreparePhasingData", "preparePhasingDataId"),
        ("SubstructureDetermination", "substructureDeterminationId"),
        ("Phasing", "phasingId"),
        ("ModelBuilding", "modelBuildingId"),
    ):
        method = {"method": "SAD"} if table in ("Phasing", "SubstructureDetermination") else {}
        records.append(f"ispyb:{table}:{books.ispyb(table, {key: None, **common, **method})}")
    step = books.ispyb(
        "PhasingStep",
        {"phasingStepId": None, "programRunId": run, "spaceGroupId": group, "method": "SAD",
         "autoProcScalingId": result.scaling, "phasingAnalysisId": analysis,
         "phasingStepType": "PHASING", "lowRes": "45", "highRes": "2.5"},
    )  # fmt: skip
    records.append(f"ispyb:PhasingStep:{step}")
    books.truth.thing("Processing", records)
    for number in (1, 2, 999):
        books.ispyb(
            "PhasingStatistics",
            {"phasingStatisticsId": None, "phasingHasScalingId1": link, "phasingStepId": step,
             "numberOfBins": 2, "binNumber": number, "metric": "FOM",
             "statisticsValue": round(chance.uniform(0.3, 0.7), 3)},
        )  # fmt: skip
    file = books.ispyb(
        "PhasingProgramAttachment",
        {"phasingProgramAttachmentId": None, "phasingProgramRunId": run, "fileType": "Map",
         "fileName": "best.phs", "filePath": "/data/visitor/phasing"},
    )  # fmt: skip
    books.truth.thing("File", [f"ispyb:PhasingProgramAttachment:{file}"])
