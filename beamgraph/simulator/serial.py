"""Serial crystallography: chips of many crystals, shot one by one, some of them after a flash."""

from beamgraph.simulator.books import clock
from beamgraph.simulator.samples import Sample
from beamgraph.simulator.stage import Stage

EVENTS = ((1, "XrayDetection", 0.0, 0.00002), (2, "LaserExcitation", 0.005, 0.001))


class Chips(Stage):
    """The beamline of serial crystallography."""

    def shoot(self, sample: Sample, run: int) -> None:
        """One chip, with what happens around each shot."""
        name = sample.label
        catalogued = self.catalogued(sample.number, name, "crystal")
        images = self.chance.choice((6561, 13122, 26244))
        told = {
            "name": name, "run": run, "images": images, "seconds": images // 100,
            "columns": {"wavelength": 1.072, "exposureTime": 0.00002, "detectorDistance": 150.0,
                        "transmission": 100.0, "flux": 4.0e14, "resolution": 1.7},
        }  # fmt: skip
        values = {"SSX_experiment_type": "SSX-Chip", "SSXChip_model": "foil"}
        taken = self.take(sample.key, catalogued, "SSX-Chip", told, values)
        self.books.ispyb(
            "SSXDataCollection",
            {"dataCollectionId": taken.key, "repetitionRate": 231.25, "energyBandwidth": 1.0,
             "chipModel": "foil", "reactionDuration": 0.005, "laserEnergy": 12.0,
             "experimentName": f"chip {run}"},
        )  # fmt: skip
        chain = self.books.ispyb(
            "EventChain",
            {"eventChainId": None, "dataCollectionId": taken.key, "name": "pump and probe"},
        )
        if not self.books.written["EventType"]:
            for kind, called, _, _ in EVENTS:
                self.books.ispyb("EventType", {"eventTypeId": kind, "name": called})
        for kind, called, offset, duration in EVENTS:
            self.books.ispyb(
                "Event",
                {"eventId": None, "eventChainId": chain, "eventTypeId": kind, "name": called,
                 "offset": offset, "duration": duration, "period": 0.0043, "repetition": images},
            )  # fmt: skip
        program, end = self.program("crystfel", taken.end)
        made = self.books.ispyb(
            "AutoProcIntegration",
            {"autoProcIntegrationId": None, "dataCollectionId": taken.key,
             "autoProcProgramId": program, "startImageNumber": 1, "endImageNumber": images,
             "recordTimeStamp": clock(end)},
        )  # fmt: skip
        self.books.truth.thing("Dataset", [f"ispyb:AutoProcIntegration:{made}"])
        self.books.truth.thing("Processing", [f"ispyb:AutoProcProgram:{program}"])
