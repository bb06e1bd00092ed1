"""Papers and data publications: what of a visit is cited, by whom, how long after."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from beamgraph.simulator.administration import Office
from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.catalogue import UNITS
from beamgraph.simulator.facility import Facility
from beamgraph.simulator.visits import Visit


class Press:
    """Publishes what a visit found."""

    def __init__(
        self, books: Books, facility: Facility, visit: Visit, chance: Random, office: Office
    ) -> None:
        self.books, self.facility, self.visit, self.chance = books, facility, visit, chance
        self.office = office

    def paper(self) -> None:
        """A paper that names the visit."""
        number = self.books.key("paper")
        doi = f"10.5555/lumen.{self.visit.start.year + 1}.{number:05d}"
        at = self.visit.start + timedelta(days=400)
        spelled = self.chance.choice((doi, f"https://doi.org/{doi}", f"DOI:{doi.upper()}"))
        whom = self.visit.proposal.name
        row = {
            "FULLREFERENCE": f"Authors of {whom} ({at.year}), Lumen Lett. {number}",
            "DOI": spelled, "INVESTIGATION_ID": self.visit.investigation,
        }  # fmt: skip
        key = self.books.icat("Publication", row, at)
        self.books.truth.thing("Publication", [f"icat:Publication:{key}"])

    def publish(self, datasets: Sequence[int]) -> None:
        """A data DOI for datasets: a DataPublication, or a collection with a DOI as at ESRF."""
        at = self.visit.start + timedelta(days=self.chance.randint(200, 900))
        number = self.books.key("data doi")
        paper = self.books.key("paper")
        cited = f"10.5555/lumen.{at.year}.{paper:05d}"
        if self.chance.random() < 0.5:
            self._collection(datasets, f"10.82111/LUMEN-DC-{number}", cited, at)
        else:
            self._publication(datasets, f"DOI:10.82111/lumen.data.{number}", cited, at)

    def _content(self, datasets: Sequence[int], doi: str | None, at: datetime) -> int:
        key = self.books.icat("DataCollection", {"DOI": doi}, at)
        for dataset in datasets:
            link = {"DATACOLLECTION_ID": key, "DATASET_ID": dataset}
            self.books.icat("DataCollectionDataset", link, at)
        return key

    def _collection(self, datasets: Sequence[int], doi: str, cited: str, at: datetime) -> None:
        key = self._content(datasets, doi, at)
        values = {
            "DOI_title": f"Data of {self.visit.proposal.name}, visit {self.visit.number}",
            "DOI_abstract": "Raw data and results of one visit.", "DOI_rights": "CC-BY-4.0",
        }  # fmt: skip
        values["DOI_citationPublicationDOI"] = cited
        made = self.books.parameters("DataCollection", key, values, UNITS, at)
        cites = made["DOI_citationPublicationDOI"]
        self.books.truth.thing("DataPublication", [f"icat:DataCollection:{key}"])
        self.books.truth.thing("Publication", [f"icat:DataCollectionParameter:{cites}"])

    def _publication(self, datasets: Sequence[int], pid: str, cited: str, at: datetime) -> None:
        content = self._content(datasets, None, at)
        row = {
            "PID": pid, "TITLE": f"Data of {self.visit.proposal.name}, visit {self.visit.number}",
            "PUBLICATIONDATE": clock(at), "FACILITY_ID": self.books.facility,
            "DATACOLLECTION_ID": content, "DESCRIPTION": "Raw data and results of one visit.",
            "DATAPUBLICATIONTYPE_ID": self.facility.publication_type,
        }  # fmt: skip
        key = self.books.icat("DataPublication", row, at)
        users = {}
        for place, person in enumerate(self.visit.proposal.members[:3]):
            users[person.user] = self.books.icat(
                "DataPublicationUser",
                {"DATAPUBLICATION_ID": key, "USER_ID": person.user, "CONTRIBUTORTYPE": "Creator",
                 "ORDERKEY": str(place + 1), "FULLNAME": person.name},
                at,
            )  # fmt: skip
        self.office.decorate(key, users, at)
        link = {"DATACOLLECTION_ID": content, "INVESTIGATION_ID": self.visit.investigation}
        self.books.icat("DataCollectionInvestigation", link, at)
        item = self.books.icat(
            "RelatedItem",
            {"DATAPUBLICATION_ID": key, "IDENTIFIER": f"DOI:{cited}",
             "RELATIONTYPE": "IsCitedBy", "RELATEDITEMTYPE": "JournalArticle",
             "TITLE": f"What {self.visit.proposal.name} found"},
            at,
        )  # fmt: skip
        self.books.truth.thing(
            "DataPublication", [f"icat:DataPublication:{key}", f"icat:DataCollection:{content}"]
        )
        self.books.truth.thing("Publication", [f"icat:RelatedItem:{item}"])
