"""Proposals and their visits: a few huge ones, many small ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.facility import EM, MX, POWDER, SAXS, SSX, TOMO, Beamline, Facility
from beamgraph.simulator.noise import Noise
from beamgraph.simulator.people import Person

FIRST, LAST = datetime(2019, 1, 7), datetime(2025, 11, 1)
EMBARGO = timedelta(days=3 * 365)
CODES = {MX: "MX", SSX: "MX", TOMO: "MA", POWDER: "MA", SAXS: "LS", EM: "LS"}
LIMS = (MX, SSX, SAXS, EM)
"""Kinds of which ISPyB knows."""

YEAR = range(16)
RARE = {3: SSX, 6: SAXS, 9: EM, 12: POWDER}
"""Which of every so many proposals are of a rarer kind, so that each occurs."""


@dataclass
class Proposal:
    """A proposal with the share of the facility's data that it takes."""

    kind: str
    code: str
    number: int
    members: Sequence[Person]
    key: int = 0
    records: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As paths and people spell it: `mx1005`."""
        return f"{self.code.lower()}{self.number}"


@dataclass
class Visit:
    """One visit: a session of ISPyB (where the beamline is one of MX), an investigation of ICAT."""

    proposal: Proposal
    number: int
    beamline: Beamline
    start: datetime
    end: datetime
    session: int | None
    investigation: int
    released: datetime | None
    samples: dict[int, int] = field(default_factory=dict)
    """ICAT's number of a sample of this visit, by the number that the sample has in the world."""

    @property
    def folder(self) -> str:
        """Where its data lie."""
        day = self.start.strftime("%Y%m%d")
        return f"/data/visitor/{self.proposal.name}/{self.beamline.token}/{day}"


def propose(books: Books, number: int, people: Sequence[Person], chance: Random) -> Proposal:
    """A proposal of one kind with its members; the first is its principal investigator."""
    usual = MX if chance.random() < 0.75 else TOMO
    kind = RARE.get(number % len(YEAR), usual)
    members = chance.sample(people, k=min(len(people), chance.randint(2, 6)))
    proposal = Proposal(kind, CODES[kind], 1000 + number, members)
    if kind in LIMS:
        row = {
            "proposalId": None, "personId": members[0].id, "title": _title(kind, chance),
            "proposalCode": proposal.code, "proposalNumber": str(proposal.number),
            "proposalType": kind, "bltimeStamp": clock(FIRST),
        }  # fmt: skip
        proposal.key = books.ispyb("Proposal", row)
        proposal.records.append(f"ispyb:Proposal:{proposal.key}")
        for place, person in enumerate(members):
            role = "Principal Investigator" if place == 0 else "Co-Investigator"
            books.ispyb(
                "ProposalHasPerson",
                {"proposalHasPersonId": None, "proposalId": proposal.key, "personId": person.id},
                dls={"role": role},
            )
    return proposal


def visit(
    books: Books, facility: Facility, proposal: Proposal, number: int, chance: Random, noise: Noise
) -> Visit:
    """One visit, in the books of both databases."""
    beamlines = [item for item in facility.beamlines if item.kind == proposal.kind]
    beamline = chance.choice(beamlines)
    span = int((LAST - FIRST).total_seconds() // 28_800)
    start = FIRST + timedelta(hours=8 * chance.randrange(span) + 1, minutes=30)
    end = start + timedelta(hours=24 if proposal.kind == MX else 72)
    scheduled = beamline
    if proposal.kind == MX and noise.hits("moved_session"):
        scheduled = next(item for item in beamlines if item is not beamline)
    released = None if chance.random() < 0.05 else start + EMBARGO
    session = _session(books, proposal, number, beamline, start, end) if proposal.key else None
    title = _title(proposal.kind, chance)
    row = {
        "NAME": f"{proposal.code}-{proposal.number}", "VISIT_ID": f"{scheduled.token}-{number}",
        "TITLE": title, "STARTDATE": clock(start), "ENDDATE": clock(end),
        "RELEASEDATE": clock(released) if released else None, "FACILITY_ID": books.facility,
        "TYPE_ID": facility.investigation_types[proposal.code],
    }  # fmt: skip
    investigation = books.icat("Investigation", row, start)
    link = {"INVESTIGATION_ID": investigation}
    books.icat("InvestigationInstrument", {**link, "INSTRUMENT_ID": scheduled.instrument}, start)
    for place, person in enumerate(proposal.members):
        role = "Principal investigator" if place == 0 else "Participant"
        books.icat("InvestigationUser", {**link, "USER_ID": person.user, "ROLE": role}, start)
        if session:
            books.ispyb(
                "Session_has_Person",
                {"sessionId": session, "personId": person.id, "role": None},
            )
    made = Visit(proposal, number, beamline, start, end, session, investigation, released)
    records = [f"icat:Investigation:{investigation}"]
    proposal.records += records
    books.truth.thing(
        "Investigation", ([f"ispyb:BLSession:{session}"] if session else []) + records
    )
    if session and noise.hits("overlapping_session"):
        shifted = start + timedelta(hours=6)
        extra = _session(books, proposal, None, beamline, shifted, end)
        books.truth.thing("Investigation", [f"ispyb:BLSession:{extra}"])
    return made


def _session(
    books: Books,
    proposal: Proposal,
    number: int | None,
    beamline: Beamline,
    start: datetime,
    end: datetime,
) -> int:
    """A session; one without a number was opened by the beamline control."""
    row = {
        "sessionId": None, "proposalId": proposal.key, "beamLineSetupId": beamline.setup,
        "beamLineName": beamline.name, "startDate": clock(start), "endDate": clock(end),
        "scheduled": int(number is not None), "visit_number": number, "nbShifts": 3,
        "comments": None if number is not None else "Session created by the BCM",
        "bltimeStamp": clock(start), "lastUpdate": clock(end),
    }  # fmt: skip
    return books.ispyb("BLSession", row)


WORK = {MX: "Crystal structures of", TOMO: "Tomography of", POWDER: "Powder diffraction of"}
SUBJECTS = {
    MX: ("kinase inhibitor complexes", "a membrane transporter", "ribosomal subunits",
         "antibiotic resistance enzymes", "viral proteases", "plant photoreceptors"),
    SSX: ("room-temperature enzymes", "light-driven pumps"),
    SAXS: ("disordered proteins in solution", "lipid nanodiscs"),
    EM: ("ribosomes in situ", "bacterial secretion systems"),
    POWDER: ("battery cathodes under load", "phases of perovskites"),
    TOMO: ("fossil primate teeth", "lithium battery cathodes", "additive-manufactured titanium",
           "volcanic glass foams", "insect eyes in amber", "bone remodelling"),
}  # fmt: skip


def _title(kind: str, chance: Random) -> str:
    work = WORK.get(kind, "Structures of")
    return f"{work} {chance.choice(SUBJECTS[kind])}"
