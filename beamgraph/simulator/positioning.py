"""Finding the crystal: a grid scan, the centre in it, the plan and the workflow that led there."""

from typing import TYPE_CHECKING

from beamgraph.simulator.books import clock
from beamgraph.simulator.samples import Sample

if TYPE_CHECKING:
    from beamgraph.simulator.mx import Station


def plan(station: "Station", sample: Sample) -> int:
    """What the user asked for; returns the plan's number."""
    books = station.books
    key = books.ispyb(
        "DiffractionPlan",
        {"diffractionPlanId": None, "experimentKind": "OSC", "requiredResolution": 2.0,
         "exposureTime": 0.02, "oscillationRange": 0.1, "recordTimeStamp": clock(station.now),
         "beamLineName": station.visit.beamline.name},
        dls={"presetForProposalId": station.visit.proposal.key},
    )  # fmt: skip
    books.truth.thing("Plan", [f"ispyb:DiffractionPlan:{key}"])
    link = {"blSampleId": sample.key}
    books.ispyb("BLSample_has_DataCollectionPlan", {**link, "dataCollectionPlanId": key})
    books.ispyb("BLSample_has_DiffractionPlan", {**link, "diffractionPlanId": key})
    return key


def centre(station: "Station", sample: Sample, group: int, collection: int) -> None:
    """A grid scan of the loop, and what was found in it."""
    books = station.books
    workflow = books.ispyb(
        "Workflow",
        {"workflowId": None, "workflowTitle": "X-ray centring", "status": "Success",
         "workflowType": "XrayCentering", "recordTimeStamp": clock(station.now)},
    )  # fmt: skip
    books.truth.thing("Processing", [f"ispyb:Workflow:{workflow}"])
    for name in ("grid", "collect"):
        books.ispyb(
            "WorkflowStep",
            {"workflowStepId": None, "workflowId": workflow, "workflowStepType": name,
             "status": "Success", "recordTimeStamp": clock(station.now)},
        )  # fmt: skip
    mesh = books.ispyb(
        "WorkflowMesh",
        {"workflowMeshId": None, "workflowId": workflow, "value1": 31.0,
         "recordTimeStamp": clock(station.now)},
    )  # fmt: skip
    books.ispyb(
        "InputParameterWorkflow",
        {"inputParameterId": None, "workflowId": workflow, "parameterType": "string",
         "name": "grid_info", "value": "auto"},
    )  # fmt: skip
    grid = books.ispyb(
        "GridInfo",
        {"gridInfoId": None, "dataCollectionGroupId": group, "steps_x": 12.0, "steps_y": 9.0,
         "dx_mm": 0.02, "dy_mm": 0.02, "recordTimeStamp": clock(station.now)},
        dls={"dataCollectionId": collection, "micronsPerPixelX": 1.2, "micronsPerPixelY": 1.2},
        esrf={"workflowMeshId": mesh, "pixelspermicronX": 0.8, "pixelspermicronY": -5.1},
    )  # fmt: skip
    found = books.ispyb(
        "XrayCentring",
        {"xrayCentringId": None, "dataCollectionGroupId": group, "status": "success",
         "xrayCentringType": "2d"},
    )  # fmt: skip
    books.truth.thing("Processing", [f"ispyb:XrayCentring:{found}"])
    books.ispyb(
        "XrayCentringResult",
        {"xrayCentringResultId": None, "xrayCentringId": found, "blSampleId": sample.key,
         "centreOfMassX": 5.2, "centreOfMassY": 4.1, "status": "success", "gridInfoId": grid},
    )  # fmt: skip
    region = books.ispyb(
        "XRFFluorescenceMappingROI",
        {"xrfFluorescenceMappingROIId": None, "startEnergy": 8500.0, "endEnergy": 8750.0,
         "element": "Zn", "edge": "K1"},
    )  # fmt: skip
    made = books.ispyb(
        "XRFFluorescenceMapping",
        {"xrfFluorescenceMappingId": None, "xrfFluorescenceMappingROIId": region},
        dls={"gridInfoId": grid, "dataFormat": "json+gzip", "points": 108},
        esrf={"dataCollectionId": collection, "imageNumber": 1, "counts": 41},
    )  # fmt: skip
    books.truth.thing("Dataset", [f"ispyb:XRFFluorescenceMapping:{made}"])
