"""Proteins, crystals and the pins that travel in pucks and dewars."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.visits import Visit

PROTEINS = (
    ("lysozyme", "lys", 14300.0, "P 43 21 2", (78.1, 78.1, 37.2, 90.0, 90.0, 90.0)),
    ("thaumatin", "thau", 22200.0, "P 41 21 2", (57.8, 57.8, 150.2, 90.0, 90.0, 90.0)),
    ("insulin", "ins", 5800.0, "I 21 3", (78.9, 78.9, 78.9, 90.0, 90.0, 90.0)),
    ("kinase domain", "kin", 34100.0, "C 1 2 1", (102.4, 61.3, 84.0, 90.0, 112.3, 90.0)),
    ("spike receptor domain", "rbd", 25100.0, "P 21 21 21", (52.2, 74.8, 98.1, 90.0, 90.0, 90.0)),
)


@dataclass(frozen=True, slots=True)
class Substance:
    """A protein of a proposal, and the crystal form it was declared with."""

    protein: int
    crystal: int
    acronym: str
    group: str
    cell: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its number in ISPyB, and the name that the catalogue gives it."""

    number: int
    key: int
    label: str
    substance: Substance


def substances(books: Books, visit: Visit, chance: Random) -> list[Substance]:
    """The substances that a proposal of MX works on."""
    made = []
    for name, acronym, mass, group, cell in chance.sample(PROTEINS, k=chance.randint(1, 3)):
        at = clock(visit.start - timedelta(days=30))
        row = {
            "proteinId": None, "proposalId": visit.proposal.key, "name": name,
            "acronym": acronym, "molecularMass": mass, "bltimeStamp": at,
        }  # fmt: skip
        protein = books.ispyb("Protein", row)
        names = ("cell_a", "cell_b", "cell_c", "cell_alpha", "cell_beta", "cell_gamma")
        crystal = books.ispyb(
            "Crystal",
            {"crystalId": None, "proteinId": protein, "spaceGroup": group.replace(" ", ""),
             **dict(zip(names, cell, strict=True)), "recordTimeStamp": at},
        )  # fmt: skip
        books.truth.thing("Macromolecule", [f"ispyb:Protein:{protein}"])
        books.truth.thing("Crystal", [f"ispyb:Crystal:{crystal}"])
        made.append(Substance(protein, crystal, acronym, group, cell))
    return made


def shipment(books: Books, visit: Visit, pucks: int) -> list[int]:
    """A shipment with one dewar for a visit; returns the numbers of its pucks."""
    at = clock(visit.start - timedelta(days=3))
    shipping = books.ispyb(
        "Shipping",
        {"shippingId": None, "proposalId": visit.proposal.key, "bltimeStamp": at,
         "shippingName": f"{visit.proposal.name}-{visit.number}", "creationDate": at,
         "shippingStatus": "at facility", "shippingType": "DewarTracking",
         "sendingLabContactId": next(iter(books.known["LabContact"]), None)},
    )  # fmt: skip
    books.ispyb("ShippingHasSession", {"shippingId": shipping, "sessionId": visit.session})
    dewar = books.ispyb(
        "Dewar",
        {"dewarId": None, "shippingId": shipping, "code": f"D{shipping}", "type": "Dewar",
         "dewarStatus": "at facility", "firstExperimentId": visit.session, "bltimeStamp": at},
    )  # fmt: skip
    books.truth.thing("Shipment", [f"ispyb:Shipping:{shipping}"])
    books.truth.thing("Dewar", [f"ispyb:Dewar:{dewar}"])
    made = []
    for place in range(pucks):
        puck = books.ispyb(
            "Container",
            {"containerId": None, "dewarId": dewar, "code": f"P{dewar}-{place + 1}",
             "containerType": "Unipuck", "capacity": 16, "containerStatus": "processing",
             "beamlineLocation": visit.beamline.name, "sampleChangerLocation": str(place + 1),
             "sessionId": visit.session, "ownerId": visit.proposal.members[0].id,
             "bltimeStamp": at},
            dls={"currentDewarId": dewar},
        )  # fmt: skip
        books.truth.thing("Container", [f"ispyb:Container:{puck}"])
        made.append(puck)
    return made


def sample(books: Books, visit: Visit, substance: Substance, puck: int, place: int) -> Sample:
    """One pin in a puck."""
    number = books.key("sample")
    name = f"x{number}:{place}" if number % 7 == 0 else f"x{number}"
    key = books.ispyb(
        "BLSample",
        {"blSampleId": None, "crystalId": substance.crystal, "containerId": puck, "name": name,
         "location": str(place), "loopType": "Nylon", "blSampleStatus": "processing",
         "recordTimeStamp": clock(visit.start - timedelta(days=2))},
    )  # fmt: skip
    label = f"{substance.acronym}-{name.replace(':', '-')}"
    return Sample(number, key, label, substance)
