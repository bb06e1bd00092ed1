"""What the graph should hold, kept as Parquet: nodes by label, and edges.

A chain of generations: the first holds everything, each later one the nodes and edges that became
others, and the keys of all that were touched, those that went included. So a load knows what to
write from one generation to the next, whatever the size of the graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrators.staging.chain import Chain, scan, union

EDGE_KEY = ("type", "from_label", "from_id", "to_label", "to_id")
TOUCHED_NODES, TOUCHED_EDGES = "touched-nodes", "touched-edges"
EDGE_SAYS = {
    "basis": "VARCHAR",
    "rule": "VARCHAR",
    "role": "VARCHAR",
    "distance": "DOUBLE",
    "score": "DOUBLE",
    "compared": "VARCHAR",
    "decision": "VARCHAR",
    "by": "VARCHAR[]",
}
"""The properties of an edge, with their types."""

EDGE = ", ".join(f'"{name}"' for name in ("from_id", "to_id", *EDGE_SAYS))
"""The ends of an edge, and its properties."""

NO_EDGES = "SELECT {} WHERE false".format(
    ", ".join(
        f'NULL::{kind} AS "{name}"'
        for name, kind in (dict.fromkeys(EDGE_KEY, "VARCHAR") | EDGE_SAYS).items()
    )
)
NO_NODES = "SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS hash WHERE false"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the graph should hold, as queries. A node carries a hash of what is written."""

    chain: Chain

    @classmethod
    def load(cls, folder: Path) -> "Wanted":
        """What is kept in a folder."""
        return cls(Chain.load(folder))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of which there are nodes."""
        return tuple(name.removeprefix("nodes-") for name in self.chain.names("nodes-"))

    def is_of(self, told: Mapping[str, Any]) -> bool:
        """Whether it was made of just that, as its maker noted it."""
        known = self.chain.told
        return bool(self.chain.generations) and all(known.get(k) == v for k, v in told.items())

    def nodes_sql(self, label: str) -> str:
        """A query of the nodes of a label: id, hash, properties."""
        on = f"v.label = '{label}' AND v.id = t.id"
        return self._sql(f"nodes-{label}", TOUCHED_NODES, on) or NO_NODES

    def edges_sql(self) -> str:
        """A query of all edges: type, ends, and what it says."""
        on = " AND ".join(f"v.{name} = t.{name}" for name in EDGE_KEY)
        return self._sql("edges", TOUCHED_EDGES, on) or NO_EDGES

    def _sql(self, name: str, touched: str, on: str) -> str:
        parts = []
        for place, number in enumerate(self.chain.generations):
            paths = self.chain.files(number, name)
            if not paths:
                continue
            later = [
                self.chain.place(after) / f"{touched}.parquet"
                for after in self.chain.generations[place + 1 :]
            ]
            text = f"SELECT t.* FROM {scan(paths)} t"
            parts.append(f"{text} ANTI JOIN {scan(later)} v ON {on}" if later else text)
        return union(parts) if parts else ""

    def touched(self, since: int) -> tuple[list[Path], list[Path]] | None:
        """Files of the keys of nodes and edges that became others since a generation.

        None where that is not known any more.
        """
        if not self.chain.generations or since > self.chain.last:
            return None
        if since < int(self.chain.told.get("since", self.chain.generations[0])):
            return None
        found: list[list[Path]] = []
        for name in (TOUCHED_NODES, TOUCHED_EDGES):
            later = (number for number in self.chain.generations if number > since)
            own = [path for number in later for path in self.chain.files(number, name)]
            found.append(own + self._older(name, since))
        return found[0], found[1]

    def _older(self, name: str, since: int) -> list[Path]:
        """What the first generation keeps of those that it took the place of."""
        first = self.chain.place(self.chain.generations[0])
        kept = first.glob(f"older-*-{name}.parquet")
        return sorted(path for path in kept if int(path.name.split("-")[1]) > since)
