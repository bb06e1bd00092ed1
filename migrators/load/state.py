"""What a graph is known to hold, so that a load writes only the difference.

The state of a graph stands beside the data: ids and hashes of the last run that ended.
It counts only while the graph's own last run is that one. A run that is under way keeps a
journal of what it is about to touch; the next run takes those as "may be there, in any
form". So a run that was killed and repeated ends in the same graph.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from graph.engine import Graph, Target
from graph.engine.embedded import make_private
from graph.model import Model
from migrators.identity import Wanted
from migrators.load.going import WITHDRAWN
from migrators.load.statements import LAST_RUN, all_edges, all_nodes, edge_kinds

NODES = "label VARCHAR, id VARCHAR, hash VARCHAR"
EDGES = (
    "type VARCHAR, from_label VARCHAR, from_id VARCHAR, to_label VARCHAR, to_id VARCHAR, "
    "hash VARCHAR"
)
NODE_KEY = "label, id"
EDGE_KEY = "type, from_label, from_id, to_label, to_id"
LOADED = ("SourceRecord",)
KEPT = ("LoadRun", "Decision", "Technique", "Quantity")
"""Labels that no source supplies: a load leaves them alone."""


def graph_name(target: Target) -> str:
    """A folder name for a graph: its address and database, shortened."""
    return hashlib.blake2b(f"{target.url}/{target.database}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """The folder in which the state of one graph is kept."""

    folder: Path

    @classmethod
    def of(cls, data_dir: Path, name: str) -> "State":
        """The state of the graph of that name."""
        folder = data_dir / "graphs" / name
        make_private(folder)
        return cls(folder)

    def open(self, graph: Graph, model: Model) -> duckdb.DuckDBPyConnection:
        """A connection with tables `old_nodes` and `old_edges`: what may be in the graph."""
        db = duckdb.connect()
        db.execute("SET memory_limit = '1GB'")
        db.execute(f"CREATE TABLE old_nodes ({NODES})")
        db.execute(f"CREATE TABLE old_edges ({EDGES})")
        if self._valid(graph):
            db.execute("INSERT INTO old_nodes SELECT * FROM read_parquet(?)", [self._file("nodes")])
            db.execute("INSERT INTO old_edges SELECT * FROM read_parquet(?)", [self._file("edges")])
        elif self._graph_has_runs(graph):
            self._ask(db, graph, model)
        self._replay(db)
        return db

    def _replay(self, db: duckdb.DuckDBPyConnection) -> None:
        """Take what an unfinished run meant to touch as present, in unknown form."""
        if not Path(self._file("journal-edges")).exists():
            return
        for name, key in (("nodes", NODE_KEY), ("edges", EDGE_KEY)):
            journal = self._file(f"journal-{name}")
            touched = f"SELECT {key} FROM read_parquet(?)"
            db.execute(f"DELETE FROM old_{name} WHERE ({key}) IN ({touched})", [journal])
            columns = "*, ''"
            db.execute(f"INSERT INTO old_{name} SELECT {columns} FROM ({touched})", [journal])

    def write_journal(self, db: duckdb.DuckDBPyConnection) -> None:
        """Say what is about to be touched: tables `changed_*` and `gone_*`, and older journals."""
        for name, key in (("nodes", NODE_KEY), ("edges", EDGE_KEY)):
            unknown = f"SELECT {key} FROM old_{name} WHERE hash = ''"
            query = f"SELECT {key} FROM changed_{name} UNION SELECT {key} FROM gone_{name} UNION "
            self._write(db, query + unknown, f"journal-{name}")

    def save(self, db: duckdb.DuckDBPyConnection, run: str) -> None:
        """Keep what the graph holds now: tables `new_nodes` and `new_edges`."""
        kept = f"SELECT {NODE_KEY}, '{WITHDRAWN}' AS hash FROM withdrawn"
        older = (
            f"SELECT {NODE_KEY}, hash FROM old_nodes WHERE hash = '{WITHDRAWN}' "
            f"AND ({NODE_KEY}) NOT IN (SELECT {NODE_KEY} FROM new_nodes)"
        )
        nodes = f"SELECT {NODE_KEY}, hash FROM new_nodes UNION {kept} UNION {older}"
        self._write(db, nodes, "nodes")
        self._write(db, f"SELECT {EDGE_KEY}, hash FROM new_edges", "edges")
        draft = self.folder / "state.draft"
        draft.write_text(json.dumps({"run": run}), encoding="utf-8")
        draft.replace(self.folder / "state.json")
        for name in ("nodes", "edges"):
            Path(self._file(f"journal-{name}")).unlink(missing_ok=True)

    def _write(self, db: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
        draft = self._file(f"{name}-draft")
        db.execute(f"COPY ({query}) TO '{draft}' (FORMAT parquet)")
        Path(draft).replace(self._file(name))

    def _file(self, name: str) -> str:
        return str(self.folder / f"{name}.parquet")

    def _valid(self, graph: Graph) -> bool:
        try:
            told: dict[str, Any] = json.loads((self.folder / "state.json").read_text("utf-8"))
        except (OSError, ValueError):
            return False
        last = graph.read(LAST_RUN)
        return bool(last) and last[0]["id"] == told.get("run")

    def _graph_has_runs(self, graph: Graph) -> bool:
        return bool(graph.read("MATCH (r:LoadRun) RETURN r.id AS id LIMIT 1"))

    def _ask(self, db: duckdb.DuckDBPyConnection, graph: Graph, model: Model) -> None:
        """Read what the graph holds: slow, and only when the state beside it is lost."""
        for label in (*(name for name in model.entities if name not in KEPT), *LOADED):
            rows = [
                (label, row["id"], WITHDRAWN if row["state"] == WITHDRAWN else "")
                for row in graph.stream(all_nodes(label))
            ]
            if rows:
                db.executemany("INSERT INTO old_nodes VALUES (?, ?, ?)", rows)
        for kind, source, target in edge_kinds(model):
            if source in KEPT:
                continue
            edges = [
                (kind, source, row["from"], target, row["to"], "")
                for row in graph.stream(all_edges(kind, source, target))
            ]
            if edges:
                db.executemany("INSERT INTO old_edges VALUES (?, ?, ?, ?, ?, ?)", edges)


def compare(db: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    """Make tables `new_*`, `changed_*` and `gone_*` of what should be and what was."""
    db.execute(f"CREATE TABLE new_nodes ({NODES})")
    for label in wanted.labels:
        db.execute(
            "INSERT INTO new_nodes SELECT ?, id, hash FROM read_parquet(?)",
            [label, str(wanted.nodes(label))],
        )
    db.execute(f"CREATE TABLE new_edges ({EDGES})")
    columns = f"{EDGE_KEY}, hash"
    db.execute(f"INSERT INTO new_edges SELECT {columns} FROM read_parquet(?)", [str(wanted.edges)])
    for name, key in (("nodes", NODE_KEY), ("edges", EDGE_KEY)):
        db.execute(
            f"CREATE TABLE changed_{name} AS SELECT n.* FROM new_{name} n "
            f"LEFT JOIN old_{name} o USING ({key}) WHERE o.hash IS NULL OR o.hash <> n.hash"
        )
        db.execute(
            f"CREATE TABLE gone_{name} AS SELECT o.* FROM old_{name} o "
            f"LEFT JOIN new_{name} n USING ({key}) WHERE n.hash IS NULL"
        )
