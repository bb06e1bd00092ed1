"""What a graph is known to hold, so that a load writes only the difference.

The state of a graph stands beside the data: which generation of what it should hold was loaded
last, by which run. It counts only while the graph's own last run is that one. A run that was killed
leaves it as it was, and the next one writes whatever was touched since: every statement is
repeatable, so both end in the same graph. Where the state is lost the graph is asked.
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
from migrators.identity.wanted import EDGE_KEY
from migrators.load.going import WITHDRAWN
from migrators.load.statements import LAST_RUN, all_edges, all_nodes, edge_kinds
from migrators.staging.chain import scan

NODES = "label VARCHAR, id VARCHAR"
EDGES = ", ".join(f"{name} VARCHAR" for name in EDGE_KEY)
KEPT = ("LoadRun", "Decision", "Quantity")
"""Labels that no source supplies: a load leaves them alone."""

STATE, PENDING, IMPORTED = "state.json", "pending.json", "imported.json"


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

    def open(self, graph: Graph, model: Model, wanted: Wanted) -> duckdb.DuckDBPyConnection:
        """A connection with what may have to be written or taken away.

        Tables `touched_nodes` and `touched_edges`: keys of what may be otherwise in the graph.
        """
        db = duckdb.connect(
            config={"memory_limit": "1GB", "temp_directory": str(self.folder / "spill")}
        )
        known = self._generation(graph)
        touched = wanted.touched(known) if known is not None else None
        if touched is not None:
            for name, columns, files in zip(
                ("nodes", "edges"), (NODES, EDGES), touched, strict=True
            ):
                db.execute(f"CREATE TABLE touched_{name} ({columns})")
                if files:
                    db.execute(f"INSERT INTO touched_{name} SELECT DISTINCT * FROM {scan(files)}")
            return db
        self._all(db, wanted)
        if self.graph_has_runs(graph):
            self._ask(db, graph, model)
        return db

    def _generation(self, graph: Graph) -> int | None:
        """The generation that the graph holds; None where that is not known.

        Its last run says so and not its address: the embedded engine has another port each time.
        """
        last = graph.read(LAST_RUN)
        folders = self.folder.parent
        kept = [path for name in (STATE, PENDING) for path in sorted(folders.glob(f"*/{name}"))]
        for path in (*kept, folders / IMPORTED):
            try:
                told: dict[str, Any] = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            if last and last[0]["id"] == told.get("run"):
                return int(told["generation"])
        return None

    def expect(self, run: str, generation: int) -> None:
        """Say what the graph will hold as soon as it calls that run done."""
        self._write(PENDING, run, generation)

    def imported(self, run: str, generation: int) -> None:
        """Say what a graph will hold into which a person imports the files of a run."""
        path = self.folder.parent / IMPORTED
        path.write_text(json.dumps({"run": run, "generation": generation}), encoding="utf-8")

    def save(self, run: str, generation: int) -> None:
        """Say what the graph holds."""
        self._write(STATE, run, generation)
        (self.folder / PENDING).unlink(missing_ok=True)

    def _write(self, name: str, run: str, generation: int) -> None:
        draft = self.folder / f"{name}.draft"
        draft.write_text(json.dumps({"run": run, "generation": generation}), encoding="utf-8")
        draft.replace(self.folder / name)

    def graph_has_runs(self, graph: Graph) -> bool:
        """Whether anything was ever loaded into it."""
        return bool(graph.read("MATCH (r:LoadRun) RETURN r.id AS id LIMIT 1"))

    def _all(self, db: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
        """Everything is to be written."""
        nodes = [
            f"SELECT '{label}', id FROM ({wanted.nodes_sql(label)})" for label in wanted.labels
        ]
        db.execute(f"CREATE TABLE touched_nodes ({NODES})")
        for text in nodes:
            db.execute(f"INSERT INTO touched_nodes {text}")
        keys = ", ".join(EDGE_KEY)
        db.execute(f"CREATE TABLE touched_edges ({EDGES})")
        db.execute(f"INSERT INTO touched_edges SELECT {keys} FROM ({wanted.edges_sql()})")

    def _ask(self, db: duckdb.DuckDBPyConnection, graph: Graph, model: Model) -> None:
        """Read what the graph holds: slow, and only when the state beside it is lost."""
        for label in (name for name in model.labels if name not in KEPT):
            rows = [
                (label, row["id"])
                for row in graph.stream(all_nodes(label))
                if row["state"] != WITHDRAWN
            ]
            if rows:
                db.executemany("INSERT INTO touched_nodes VALUES (?, ?)", rows)
        for kind, source, target in edge_kinds(model):
            if source in KEPT:
                continue
            edges = [
                (kind, source, row["from"], target, row["to"])
                for row in graph.stream(all_edges(kind, source, target))
                if row["state"] != WITHDRAWN
            ]
            if edges:
                db.executemany("INSERT INTO touched_edges VALUES (?, ?, ?, ?, ?)", edges)
        for name in ("nodes", "edges"):
            db.execute(f"CREATE TABLE once AS SELECT DISTINCT * FROM touched_{name}")
            db.execute(f"DROP TABLE touched_{name}")
            db.execute(f"ALTER TABLE once RENAME TO touched_{name}")
