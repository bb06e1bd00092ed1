"""What the user office writes into ICAT: cycles, shifts, keywords, grants, groups, rules."""

from datetime import datetime, timedelta
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.catalogue import UNITS
from beamgraph.simulator.visits import Visit

YEARS = range(2019, 2026)
FUNDERS = (
    ("European Research Council", "https://doi.org/10.13039/501100000781", "ERC"),
    ("Lumen Foundation", "https://doi.org/10.13039/100000000000", "LF"),
)
RULES = (
    ("R", "Facility"), ("R", "Instrument"), ("R", "ParameterType"),
    ("R", "SELECT i FROM Investigation i WHERE i.releaseDate < CURRENT_TIMESTAMP"),
    ("CRUD", "Dataset <-> Investigation <-> InvestigationGroup [role='owner'] "
             "<-> Grouping <-> UserGroup <-> User [name=:user]"),
)  # fmt: skip
WORDS = ("structure", "dynamics", "in situ", "archaeology", "energy", "health", "catalysis")


class Office:
    """The user office: opens its books once, and a page for every visit."""

    def __init__(self, books: Books, chance: Random) -> None:
        self.books, self.chance = books, chance
        opened = datetime(YEARS[0], 1, 1)
        icat = books.icat
        self._cycles = {
            year: icat(
                "FacilityCycle",
                {"NAME": f"{year}", "STARTDATE": f"{year}-01-01 00:00:00",
                 "ENDDATE": f"{year}-12-31 00:00:00", "FACILITY_ID": books.facility},
                opened,
            )
            for year in YEARS
        }  # fmt: skip
        self._grants = [self._grant(number, opened) for number in range(1, 9)]
        for flags, what in RULES:
            letters = {letter: int(letter in flags) for letter in "CRUD"}
            row = {"CRUDFLAGS": flags, "WHAT": what, "RESTRICTED": int(" " in what), **letters}
            icat("Rule", row, opened)
        icat("PublicStep", {"ORIGIN": "Dataset", "FIELD": "datafiles"}, opened)
        self._study: int | None = None

    def _grant(self, number: int, at: datetime) -> int:
        funder, pid, code = FUNDERS[number % len(FUNDERS)]
        row = {
            "FUNDERNAME": funder, "FUNDERIDENTIFIER": pid, "AWARDNUMBER": f"{code}-{1000 + number}",
            "AWARDTITLE": f"Programme {number}", "ACKNOWLEDGEMENT": f"Funded by {funder}.",
        }  # fmt: skip
        key = self.books.icat("FundingReference", row, at)
        self.books.truth.thing("Funding", [f"icat:FundingReference:{key}"])
        return key

    def enter(self, visit: Visit) -> None:
        """Everything that the office writes of a visit."""
        icat, at = self.books.icat, visit.start
        link = {"INVESTIGATION_ID": visit.investigation}
        instrument = {"INSTRUMENT_ID": visit.beamline.instrument}
        hours = int((visit.end - visit.start).total_seconds() // 3600)
        for number in range(0, hours, 8):
            start = at + timedelta(hours=number)
            row = {"STARTDATE": clock(start), "ENDDATE": clock(start + timedelta(hours=8))}
            icat("Shift", {**link, **instrument, **row}, at)
        for word in self.chance.sample(WORDS, k=2):
            icat("Keyword", {**link, "NAME": word}, at)
        cycle = {"FACILITYCYCLE_ID": self._cycles[at.year]}
        icat("InvestigationFacilityCycle", {**link, **cycle}, at)
        if self.chance.random() < 0.3:
            grant = {"FUNDING_ID": self.chance.choice(self._grants)}
            icat("InvestigationFunding", {**link, **grant}, at)
        group = icat("Grouping", {"NAME": f"{visit.proposal.name}-{visit.number}-owner"}, at)
        self.books.truth.thing("Group", [f"icat:Grouping:{group}"])
        icat("InvestigationGroup", {**link, "GROUP_ID": group, "ROLE": "owner"}, at)
        for person in visit.proposal.members:
            icat("UserGroup", {"GROUP_ID": group, "USER_ID": person.user}, at)
        scientist = {"USER_ID": visit.proposal.members[-1].user}
        if not self.books.written[f"scientist:{visit.beamline.name}"]:
            self.books.written[f"scientist:{visit.beamline.name}"] = 1
            icat("InstrumentScientist", {**instrument, **scientist}, at)
        values = {"Project_name": f"{visit.proposal.name} {visit.number}"}
        self.books.parameters("Investigation", visit.investigation, values, UNITS, at)
        self._studied(visit)

    def _studied(self, visit: Visit) -> None:
        """Every tenth visit belongs to a study with the one before it."""
        if self.chance.random() < 0.1 or self._study is None:
            row = {
                "NAME": f"Study of {visit.proposal.name}", "STATUS": 1,
                "STARTDATE": clock(visit.start), "USER_ID": visit.proposal.members[0].user,
            }  # fmt: skip
            self._study = self.books.icat("Study", row, visit.start)
            self.books.truth.thing("Study", [f"icat:Study:{self._study}"])
            link = {"STUDY_ID": self._study, "INVESTIGATION_ID": visit.investigation}
            self.books.icat("StudyInvestigation", link, visit.start)

    def decorate(self, publication: int, users: dict[int, int], at: datetime) -> None:
        """What a data publication tells of itself; `users` are its contributors by account."""
        icat, link = self.books.icat, {"DATAPUBLICATION_ID": publication}
        icat("DataPublicationDate", {**link, "DATETYPE": "Issued", "DATE_": f"{at:%Y-%m-%d}"}, at)
        icat("DataPublicationFunding", {**link, "FUNDING_ID": self.chance.choice(self._grants)}, at)
        for word in self.chance.sample(WORDS, k=2):
            icat("Subject", {**link, "NAME": word, "SUBJECTSCHEME": "free"}, at)
        for contributor in users.values():
            row = {"DATAPUBLICATIONUSER_ID": contributor, "NAME": "01: Institute of Light"}
            key = icat("Affiliation", row, at)
            self.books.truth.thing("Affiliation", [f"icat:Affiliation:{key}"])
