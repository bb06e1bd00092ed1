"""Write a generation of what the graph should hold: what is new, and what was touched."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migrators.identity.wanted import EDGE_KEY, EDGE_SAYS, TOUCHED_EDGES, TOUCHED_NODES, Wanted
from migrators.staging.chain import copy, scan

KEY = ", ".join(EDGE_KEY)
SAME = " AND ".join(f"n.{name} = w.{name}" for name in EDGE_KEY)
SAID = "hash({})".format(", ".join(f'"{name}"' for name in EDGE_SAYS))
"""What an edge says, as one number. It is compared within one session and kept nowhere, so it may
be another in the next version of DuckDB."""


class Settling:
    """One generation in the making.

    Parameters
    ----------
    whole
        Whether it takes the place of all before it, or comes on top of them.
    """

    def __init__(self, backend: Any, old: Wanted, *, whole: bool) -> None:
        self.old, self.whole = old, whole
        self._db = backend
        self._number, self._folder = old.chain.begin()
        self.drafts = self._folder / "drafts"
        """A folder for what is between; it goes when the generation is done."""
        self.drafts.mkdir()
        self._node_keys: list[str] = []
        self._edge_keys: list[str] = []

    def nodes(self, name: str, nodes: Sequence[str], among: str | None) -> None:
        """Compare nodes of a label with what they were, and write those that are others.

        Parameters
        ----------
        nodes
            Queries that give them together; none where there can be none any more.
        among
            A table of the ids that were looked at; None where all were.
        """
        old = f"SELECT id, hash FROM ({self.old.nodes_sql(name)})"
        if among is not None:
            old += f" SEMI JOIN {among} USING (id)"
        self._db.raw_sql(f"CREATE OR REPLACE TEMP TABLE was_{name} AS {old}")
        files = self._make(f"nodes-{name}", nodes or [f"FROM was_{name} LIMIT 0"])
        self._view(f"new_{name}", files)
        other = f"SELECT * FROM new_{name} ANTI JOIN was_{name} USING (id, hash)"
        gone = f"SELECT id FROM was_{name} ANTI JOIN new_{name} USING (id)"
        self._node_keys.append(
            f"SELECT '{name}' AS label, id FROM ({other}) "
            f"UNION ALL SELECT '{name}', id FROM ({gone})"
        )
        if self.whole and not self._any(f"FROM new_{name}"):
            for file in files:
                shutil.move(file, self.drafts)
            self._view(f"new_{name}", [self.drafts / file.name for file in files])
        if not self.whole and self._any(other):
            self._copy(other, f"nodes-{name}")

    def edges(self, edges: Sequence[str], among: str) -> None:
        """Compare edges with what they were.

        Parameters
        ----------
        edges
            Queries that give them together, the edges of a kind beside each other.
        among
            A condition of those old edges that were looked at.
        """
        place = len(self._edge_keys)
        new, was = f"edges_{place}", f"edges_were_{place}"
        self._view(new, self._make(f"edges.{place}", edges))
        self._db.raw_sql(
            f"CREATE OR REPLACE TEMP TABLE {was} AS "
            f"SELECT {KEY}, {SAID} AS said FROM ({self.old.edges_sql()}) WHERE {among}"
        )
        other = f"SELECT n.* FROM {new} n ANTI JOIN {was} w ON {SAME} AND w.said = {SAID}"
        gone = f"SELECT {KEY} FROM {was} ANTI JOIN {new} USING ({KEY})"
        if not self.whole:
            self._copy(other, f"edges.{place}")
        self._edge_keys.append(f"SELECT {KEY} FROM ({other}) UNION ALL {gone}")

    def keep(self, name: str, query: str) -> None:
        """Keep what a query gives whole, for the next time."""
        self._copy(query, name)

    def done(self, told: dict[str, Any]) -> Wanted:
        """Write the keys of what was touched; from then on the generation counts."""
        chain = self.old.chain
        if chain.generations:
            self._keep_keys(self._node_keys, TOUCHED_NODES)
            self._keep_keys(self._edge_keys, TOUCHED_EDGES)
        shutil.rmtree(self.drafts)
        if self.whole:
            told = {**told, "since": self._keep_older()}
        else:
            told = {**told, "since": chain.told.get("since", chain.last)}
        return Wanted(chain.with_generation(self._number, told, anew=self.whole))

    def _keep_keys(self, queries: Sequence[str], name: str) -> None:
        """Write what was touched: asked for all at once, so many comparisons would not fit."""
        first, *others = queries
        self._db.raw_sql(f"CREATE OR REPLACE TEMP TABLE keys_touched AS {first}")
        for query in others:
            self._db.raw_sql(f"INSERT INTO keys_touched {query}")
        self._copy("FROM keys_touched", name)

    def _keep_older(self) -> int:
        """Keep what the generations touched of which this one takes the place.

        Returns the generation since which everything is known that was touched.
        """
        chain = self.old.chain
        if not chain.generations:
            return self._number
        for number in chain.generations[1:]:
            for name in (TOUCHED_NODES, TOUCHED_EDGES):
                source = chain.place(number) / f"{name}.parquet"
                shutil.copy(source, self._folder / f"older-{number}-{name}.parquet")
        return chain.generations[0]

    def _make(self, name: str, texts: Sequence[str]) -> list[Path]:
        """Write what queries give, one after the other: as it is kept, where all of it is."""
        folder = self._folder if self.whole else self.drafts
        files = [folder / f"{name}.{place}.parquet" for place in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            self._db.raw_sql(copy(text, file))
        return files

    def _view(self, name: str, files: Sequence[Path]) -> None:
        self._db.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {scan(files)}")

    def _any(self, text: str) -> bool:
        return bool(self._db.raw_sql(f"SELECT 1 FROM ({text}) LIMIT 1").fetchall())

    def _copy(self, text: str, name: str) -> None:
        self._db.raw_sql(copy(text, self._folder / f"{name}.parquet"))
