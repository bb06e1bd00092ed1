"""The proof that nothing was lost: snapshots, accounts, graph and, if given, the source again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from graph.engine import Graph
from graph.model import Model, default_model
from graph.problem import Problem
from migrators.identity import Wanted
from migrators.mapping import Mapped
from migrators.mapping.facilities import mapping_of
from migrators.named_sources import known_names, known_snapshot
from migrators.report.account import account_of
from migrators.report.links import links_of
from migrators.report.sampling import resample
from migrators.report.values import unstated, values_of
from migrators.report.verify import Finding, Tell, verify_graph
from migrators.staging import Access, Snapshot
from migrators.staging.access import NOBODY
from migrators.staging.address import shown
from migrators.systems import SYSTEMS


@dataclass
class Proof:
    """What was compared, and everything that is not as it should be."""

    sources: list[str] = field(default_factory=list)
    rows: int = 0
    nodes: int = 0
    edges: int = 0
    sampled: int = 0
    seed: int | None = None
    withdrawn: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    @property
    def count(self) -> int:
        """How many findings there are, named or not."""
        return len(self.findings) + self.more

    @property
    def holds(self) -> bool:
        """Whether nothing is otherwise than it should be."""
        return self.count == 0

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **told,
            "findings": [item.as_json() for item in self.findings],
            "holds": self.holds,
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"sources: {', '.join(self.sources)}"
        yield (
            f"{self.rows} rows in the snapshots, each accounted for"
            if self.holds
            else (f"{self.rows} rows in the snapshots")
        )
        yield f"{self.nodes} nodes and {self.edges} edges compared, {self.withdrawn} withdrawn"
        if self.sampled:
            yield f"{self.sampled} rows read again at the source (seed {self.seed})"
        for item in self.findings:
            detail = f": {item.detail}" if item.detail else ""
            yield f"{item.kind}: {item.what} {item.id}{detail}"
        if self.more:
            yield f"and {self.more} more"
        if self.holds:
            yield "nothing is lost"


def prove(graph: Graph, data_dir: Path, model: Model, tell: Tell) -> Proof:
    """Compare snapshots with their files, with their accounts, and all of it with the graph.

    Raises
    ------
    Problem
        Where nothing has been migrated.
    """
    told = Proof()
    for snapshot in snapshots(data_dir):
        told.sources.append(snapshot.name)
        told.rows += snapshot.rows
        told.findings += _files(snapshot)
        told.findings += _account(snapshot)
    compared = verify_graph(graph, model, Wanted.load(data_dir / "wanted"), tell)
    told.nodes, told.edges, told.withdrawn = (
        compared.nodes,
        compared.edges,
        len(compared.withdrawn),
    )
    told.findings += compared.findings
    told.more += compared.more
    return told


def snapshots(data_dir: Path) -> list[Snapshot]:
    """The newest snapshot of every source."""
    found = [known_snapshot(data_dir, name) for name in known_names(data_dir)]
    known = [item for item in found if item is not None]
    if not known or not Wanted.load(data_dir / "wanted").chain.generations:
        raise Problem(
            "nothing has been migrated yet", where=str(data_dir), todo="run beamgraph migrate first"
        )
    return known


def _files(snapshot: Snapshot) -> Iterator[Finding]:
    """Whether every chunk is there with the rows that the manifest says."""
    with duckdb.connect() as db:
        for name, table in snapshot.tables.items():
            for chunk, file in zip(table.chunks, snapshot.files(table), strict=True):
                try:
                    query = "SELECT count(*) FROM read_parquet(?)"
                    row = db.execute(query, [str(file)]).fetchone()
                except duckdb.Error as error:
                    yield Finding("lost", name, chunk.file, str(error).splitlines()[0])
                    continue
                if row is None or row[0] != chunk.rows:
                    yield Finding("changed", name, chunk.file, f"{row} rows, not {chunk.rows}")


def _account(snapshot: Snapshot) -> Iterator[Finding]:
    """Whether the rows of every table, every reference and every value are accounted for."""
    system = SYSTEMS[snapshot.system]
    mapped = Mapped.load(snapshot.folder)
    mapping = mapping_of(snapshot)
    account = account_of("", snapshot, mapping, mapped, system.known_columns())
    links = links_of(snapshot, mapping, mapped, system.known_links(snapshot.flavour))
    for name, table in account.tables.items():
        if table.not_mapped:
            detail = f"{table.not_mapped} of {table.read} rows are not accounted for"
            yield Finding("lost", f"{snapshot.name}:{name}", "*", detail)
    for link in links:
        if link.open:
            detail = f"{link.open} of {link.values} references became no edge"
            yield Finding("lost", f"{snapshot.name}:{link.table}", link.column, detail)
    values = [item.as_json() for item in values_of(mapping, mapped, default_model())]
    for item, detail in unstated(values):
        yield Finding("dropped", f"{snapshot.name}:{item['table']}", item["column"], detail)


def sampled(
    told: Proof, data_dir: Path, address: str, name: str | None, seed: int, access: Access = NOBODY
) -> None:
    """Add what a random sample of rows says, read again at the source.

    Raises
    ------
    Problem
        Where the source cannot be read, or it is not clear which snapshot it belongs to.
    """
    known = snapshots(data_dir)
    chosen = [item for item in known if name in (None, item.name)]
    if len(chosen) != 1:
        raise Problem(
            "it is not clear which source this is",
            where=shown(address),
            todo=f"say --as NAME, one of {', '.join(item.name for item in known)}",
        )
    snapshot = chosen[0]
    with TemporaryDirectory(dir=data_dir) as work:
        source = SYSTEMS[snapshot.system].opened(address, Path(work), access)
        told.sampled, found = resample(snapshot, source, seed)
        source.forget()
    told.seed = seed
    told.findings += found
