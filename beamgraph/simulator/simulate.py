"""Simulate a light source: what happens there, and what both databases write down of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from beamgraph.simulator import samples
from beamgraph.simulator.administration import Office
from beamgraph.simulator.anomalous import find_edge, phase
from beamgraph.simulator.books import Books, Truth
from beamgraph.simulator.defects import Defects
from beamgraph.simulator.facility import MX, POWDER, SAXS, SSX, TOMO, Facility, build
from beamgraph.simulator.microscopy import Microscope
from beamgraph.simulator.mx import Collection, Station
from beamgraph.simulator.noise import Noise
from beamgraph.simulator.people import Person, laboratories, people
from beamgraph.simulator.powder import Powders
from beamgraph.simulator.publishing import Press
from beamgraph.simulator.reduction import PIPELINES, Cluster
from beamgraph.simulator.rest import Rest
from beamgraph.simulator.scattering import Solutions
from beamgraph.simulator.serial import Chips
from beamgraph.simulator.sink import MariaDbSink, Sink, SqliteSink
from beamgraph.simulator.tables import tables
from beamgraph.simulator.tomography import Tomograph
from beamgraph.simulator.visits import Visit, propose, visit

DATABASES = ("ispyb-dls", "ispyb-esrf", "icat")
FULL = 1_000_000
"""Raw datasets at scale 1, both databases together."""

SKEW = 1.05
"""Exponent of Zipf's law for the share of a proposal: a few huge ones, many small ones."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the simulator.

    Parameters
    ----------
    folder
        Where the SQLite files and `truth.json` go; files there are replaced.
    addresses
        MariaDB URLs by database, for those that go there instead.
    """

    folder: Path
    seed: int = 1
    scale: float = 0.002
    noise: int = 0
    addresses: Mapping[str, str] | None = None

    @property
    def raw(self) -> int:
        """How many raw datasets there will be."""
        return max(1, round(FULL * self.scale))


def simulate(wish: Wish) -> dict[str, Any]:
    """Write the databases and the truth.

    Returns how many raw datasets and samples there are, and of every defect of `defects.tsv` how
    often it was planted, and in how many rows it could have been.
    """
    wish.folder.mkdir(parents=True, exist_ok=True)
    addresses = wish.addresses or {}
    sinks = [_sink(name, wish.folder, addresses.get(name)) for name in DATABASES]
    drift = Noise(wish.noise, Random(f"{wish.seed} drift"))
    for name, sink in zip(DATABASES[:2], sinks[:2], strict=True):
        for table in tables(name):
            if drift.hits("drift"):
                sink.drift(table)
    defects = Defects(wish.noise, Random(f"{wish.seed} defects"))
    truth = Truth(wish.folder / "truth.json")
    books = Books(sinks[0], sinks[1], sinks[2], truth, defects)
    life = Simulation(books, wish)
    life.run()
    books.close()
    told = {knob: [defects.planted[knob], defects.borne[knob]] for knob in sorted(defects.borne)}
    return {"raw": life.raw, "samples": life.samples, "defects": told}


def _sink(name: str, folder: Path, address: str | None) -> Sink:
    return MariaDbSink(name, address) if address else SqliteSink(name, folder / f"{name}.sqlite")


class Simulation:
    """One run of the facility until it has taken as much data as was wished."""

    def __init__(self, books: Books, wish: Wish) -> None:
        self.books, self.wish = books, wish
        self.chance = Random(f"{wish.seed}")
        self.noise = Noise(wish.noise, Random(f"{wish.seed} noise"))
        self.raw = 0
        self.samples = 0

    def run(self) -> None:
        """Open the facility, invite people, grant proposals, and let them measure."""
        facility = build(self.books)
        self.office = Office(self.books, self.chance)
        labs = laboratories(self.books)
        count = max(12, self.wish.raw // 25)
        crowd = people(self.books, count, labs, self.chance, self.noise)
        for number, share in enumerate(shares(self.wish.raw)):
            self._proposal(facility, number, share, crowd)
        Rest(self.books, self.chance).fill()

    def _proposal(self, facility: Facility, number: int, share: int, crowd: list[Person]) -> None:
        proposal = propose(self.books, number, crowd, self.chance)
        wanted = self.raw + share
        visits = 0
        while self.raw < wanted:
            visits += 1
            there = visit(self.books, facility, proposal, visits, self.chance, self.noise)
            self.office.enter(there)
            limit = min(wanted, self.raw + self.chance.randint(12, 40))
            self._measure_all(facility, there, limit)
        self.books.truth.thing("Proposal", proposal.records)

    def _measure_all(self, facility: Facility, there: Visit, limit: int) -> None:
        """What a visit takes until so much is taken."""
        kind = there.proposal.kind
        if kind == MX:
            self._crystals(facility, there, limit)
        elif kind == TOMO:
            self._volumes(facility, there, limit)
        else:
            self._others(facility, there, limit)

    def _others(self, facility: Facility, there: Visit, limit: int) -> None:
        """The rarer techniques: serial crystallography, BioSAXS, cryo-EM, powders."""
        told = (self.books, facility, there, self.chance)
        if there.proposal.kind == POWDER:
            powders = Powders(*told)
            for _ in range(limit - self.raw):
                powders.capillary()
                self.samples += 1
            self.raw = limit
        elif there.proposal.kind == SAXS:
            solutions = Solutions(*told)
            while self.raw < limit:
                self.raw += solutions.series(limit - self.raw)
                self.samples += 1
        else:
            self._series(Chips(*told), Microscope(*told), there, limit)

    def _series(self, chips: Chips, microscope: Microscope, there: Visit, limit: int) -> None:
        """Samples in a puck, several runs of each."""
        kinds = samples.substances(self.books, there, self.chance)
        (puck,) = samples.shipment(self.books, there, 1)
        place = 0
        while self.raw < limit:
            place += 1
            one = samples.sample(self.books, there, self.chance.choice(kinds), puck, place)
            self.samples += 1
            for run in range(1, min(3, limit - self.raw) + 1):
                if there.proposal.kind == SSX:
                    chips.shoot(one, run)
                else:
                    microscope.tilt(one, run)
                self.raw += 1
            records = [f"ispyb:BLSample:{one.key}", f"icat:Sample:{there.samples[one.number]}"]
            self.books.truth.thing("Sample", records)

    def _crystals(self, facility: Facility, there: Visit, limit: int) -> None:
        """A visit of MX: pucks are emptied until the time is over."""
        kinds = samples.substances(self.books, there, self.chance)
        pucks: Iterator[int] = iter(())
        station = Station(self.books, facility, there, self.chance, self.noise)
        published: list[int] = []
        place = 0
        puck = 0
        while self.raw < limit:
            place = place % 16 + 1
            if place == 1:
                puck = next(pucks, 0)
                if not puck:
                    pucks = iter(samples.shipment(self.books, there, 3))
                    puck = next(pucks)
            kind = self.chance.choice(kinds)
            sample = samples.sample(self.books, there, kind, puck, place)
            self.samples += 1
            published += self._measure(facility, there, station, sample, limit)
        self._print(facility, there, published)

    def _measure(
        self,
        facility: Facility,
        there: Visit,
        station: Station,
        sample: samples.Sample,
        limit: int,
    ) -> list[int]:
        fate = self.chance.random()
        records = [f"ispyb:BLSample:{sample.key}"]
        made: list[int] = []
        if fate >= UNTOUCHED:
            name = sample.label
            if self.noise.hits("renamed_sample"):
                name = f"{sample.substance.acronym}-crystal{sample.number}"
            if limit - self.raw >= 5 and self.chance.random() < 0.06:
                self.raw += find_edge(station, sample)
            if limit - self.raw >= 2:
                station.characterise(sample, name)
                self.raw += 2
            if (fate >= UNTOUCHED + SCREENED and self.raw < limit) or self.raw == limit - 1:
                collection = self._collect(facility, there, station, sample, name, limit)
                made += [item.dataset for item in collection if item.dataset]
            records += [f"icat:Sample:{key}" for key in [there.samples.get(sample.number)] if key]
        self.books.truth.thing("Sample", records)
        return made

    def _collect(
        self,
        facility: Facility,
        there: Visit,
        station: Station,
        sample: samples.Sample,
        name: str,
        limit: int,
    ) -> list[Collection]:
        """Collections of one sample, and everything that is computed of them."""
        runs = 2 if self.chance.random() < 0.15 and limit - self.raw >= 2 else 1
        taken = [station.collect(sample, name, run) for run in range(1, runs + 1)]
        self.raw += len(taken)
        cluster = Cluster(self.books, facility, there, self.chance, self.noise)
        results = [
            cluster.process([item], pipeline)
            for item in taken
            for pipeline in self.chance.sample(PIPELINES, k=self.chance.choice((1, 1, 2, 3)))
        ]
        if len(taken) > 1:
            results.append(cluster.process(taken, "xia2.multiplex"))
        if self.chance.random() < 0.08:
            results.append(cluster.process(taken[:1], "autoPROC", by_user=True))
        good = [item for item in results if item is not None]
        if good and sample.number % 11 == 0:
            group = facility.space_groups[sample.substance.group]
            phase(self.books, good[0], group, self.chance)
        if good and self.chance.random() < 0.3:
            cluster.replace(min(good, key=lambda item: item.quality.high), sample.label)
        return taken

    def _volumes(self, facility: Facility, there: Visit, limit: int) -> None:
        """A visit of tomography."""
        tomograph = Tomograph(self.books, facility, there, self.chance)
        published: list[int] = []
        while self.raw < limit:
            _, sample, name = tomograph.sample()
            self.samples += 1
            for number in range(1, min(self.chance.randint(1, 3), limit - self.raw) + 1):
                scan = tomograph.scan(sample, name, number)
                self.raw += 1
                published.append(scan.dataset)
                if self.chance.random() < 0.7:
                    method = self.chance.choice(("nabu", "pyhst2"))
                    published.append(tomograph.reconstruct(scan, sample, name, method))
        self._print(facility, there, published)

    def _print(self, facility: Facility, there: Visit, datasets: list[int]) -> None:
        press = Press(self.books, facility, there, self.chance, self.office)
        if self.chance.random() < 0.35:
            press.paper()
        if datasets and self.chance.random() < 0.25:
            press.publish(datasets[: self.chance.randint(1, 8)])


UNTOUCHED, SCREENED = 0.6, 0.2
"""Shares of samples that are never measured, and that are only characterised."""


def shares(raw: int) -> list[int]:
    """How many raw datasets each proposal takes, by Zipf's law; together exactly `raw`."""
    count = max(3, raw // 45)
    weights = [1 / rank**SKEW for rank in range(1, count + 1)]
    whole = sum(weights)
    found = [max(1, int(raw * weight / whole)) for weight in weights]
    found[0] += raw - sum(found)
    return found
