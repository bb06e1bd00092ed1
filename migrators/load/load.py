"""Bring a graph to what it should hold, batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from graph.engine import Graph
from graph.model import Label, Model
from graph.values import order_key
from migrators.identity import Wanted
from migrators.load import statements
from migrators.load.going import WITHDRAWN, withdraw
from migrators.load.state import State, compare

BATCH = 2_000
Progress = Callable[[str, int, int], None]
Row = dict[str, Any]
Log = Callable[[Row], None]


@dataclass
class Written:
    """How many nodes and edges a load wrote, took away and left as they were."""

    nodes: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)
    nodes_gone: dict[str, int] = field(default_factory=dict)
    edges_gone: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    nodes_unchanged: int = 0
    edges_unchanged: int = 0


class Load:
    """One load: the difference between what a graph holds and what it should hold.

    Parameters
    ----------
    run
        Id of the LoadRun node, which the caller has started and will end.
    log
        Told of every node and edge that is taken away or withdrawn.
    """

    def __init__(
        self,
        graph: Graph,
        model: Model,
        wanted: Wanted,
        state: State,
        run: str,
        log: Log = lambda _: None,
    ) -> None:
        self._log = log
        self._graph = graph
        self._model = model
        self._wanted = wanted
        self._state = state
        self._run = run
        self._db = state.open(graph, model)
        compare(self._db, wanted)
        withdraw(self._db, graph, model)
        self.written = Written()

    def write(self, progress: Progress) -> Written:
        """Touch the graph; the journal that was written before tells what was meant."""
        self._state.write_journal(self._db)
        written, db = self.written, self._db
        written.nodes_unchanged = _count(db, "new_nodes") - _count(db, "changed_nodes")
        written.edges_unchanged = _count(db, "new_edges") - _count(db, "changed_edges")
        for label in self._wanted.labels:
            self._write_nodes(self._model.labels[label], progress)
        self._take_edges(progress)
        self._write_edges(progress)
        self._take_nodes(progress)
        self._withdraw_nodes()
        return written

    def settle(self) -> None:
        """Keep what the graph holds now; the run must be marked as done in it before."""
        self._state.save(self._db, self._run)
        self._db.close()

    def _write_nodes(self, label: Label, progress: Progress) -> None:
        total = _count(self._db, f"(SELECT 1 FROM changed_nodes WHERE label = '{label.name}')")
        query = (
            "SELECT w.* EXCLUDE (hash) FROM read_parquet(?) w "
            "JOIN changed_nodes c ON c.id = w.id AND c.label = ?"
        )
        statement = statements.upsert_nodes(label.name)
        done = 0
        for batch in batches(self._db, query, [str(self._wanted.nodes(label.name)), label.name]):
            rows = records(batch, self._run) if label.category == "record" else batch
            self._graph.write(statement, {"rows": [stored(label, row) for row in rows]})
            done += len(batch)
            progress(label.name, done, total)
        if done:
            self.written.nodes[label.name] = done

    def _write_edges(self, progress: Progress) -> None:
        query = (
            "SELECT w.from_id, w.to_id, w.basis, w.rule, w.role, w.distance, w.score, w.by "
            "FROM read_parquet(?) w JOIN changed_edges c "
            "USING (type, from_label, from_id, to_label, to_id) "
            "WHERE w.type = ? AND w.from_label = ? AND w.to_label = ?"
        )
        counts = self.written.edges
        for kind in _kinds(self._db, "changed_edges"):
            statement = statements.upsert_edges(*kind)
            for batch in batches(self._db, query, [str(self._wanted.edges), *kind]):
                self._graph.write(statement, {"rows": [edge_row(row) for row in batch]})
                counts[kind[0]] = counts.get(kind[0], 0) + len(batch)
                progress(kind[0], counts[kind[0]], counts[kind[0]])

    def _take_edges(self, progress: Progress) -> None:
        query = (
            'SELECT from_id AS "from", to_id AS "to" FROM gone_edges '
            "WHERE type = ? AND from_label = ? AND to_label = ?"
        )
        counts = self.written.edges_gone
        for kind in _kinds(self._db, "gone_edges"):
            for batch in batches(self._db, query, kind):
                self._graph.write(statements.delete_edges(*kind), {"rows": batch})
                for row in batch:
                    self._log({"gone": kind[0], **row})
                counts[kind[0]] = counts.get(kind[0], 0) + len(batch)
                progress(f"{kind[0]} gone", counts[kind[0]], counts[kind[0]])

    def _take_nodes(self, progress: Progress) -> None:
        labels = self._db.execute("SELECT DISTINCT label FROM gone_nodes ORDER BY label").fetchall()
        counts = self.written.nodes_gone
        for (label,) in labels:
            query = "SELECT id FROM gone_nodes WHERE label = ?"
            for batch in batches(self._db, query, [label]):
                self._graph.write(statements.delete_nodes(label), {"rows": batch})
                for row in batch:
                    self._log({"gone": label, **row})
                counts[label] = counts.get(label, 0) + len(batch)
                progress(f"{label} gone", counts[label], counts[label])

    def _withdraw_nodes(self) -> None:
        """Keep the ids of things that are named elsewhere though every record of them is gone."""
        rows = self._db.execute("SELECT label, id, name, doi FROM withdrawn ORDER BY ALL")
        for label, key, name, doi in rows.fetchall():
            told = {"id": key, "name": name, "doi": doi, "state": WITHDRAWN}
            statement = statements.upsert_nodes(label)
            self._graph.write(statement, {"rows": [stored(self._model.labels[label], told)]})
            self._log({"withdrawn": label, "id": key})
            self.written.withdrawn[label] = self.written.withdrawn.get(label, 0) + 1


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    row = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def batches(
    db: duckdb.DuckDBPyConnection, query: str, params: Sequence[Any]
) -> Iterator[list[Row]]:
    """The rows of a query as dictionaries, some at a time."""
    cursor = db.cursor()
    cursor.execute(query, list(params))
    names = [item[0] for item in cursor.description or ()]
    while rows := cursor.fetchmany(BATCH):
        yield [dict(zip(names, row, strict=True)) for row in rows]
    cursor.close()


def records(batch: list[Row], run: str) -> list[Row]:
    """Source records as they are stored: their hash is that of the row, not of the node."""
    return [
        {**{name: value for name, value in row.items() if name != "content"},
         "hash": row["content"], "run": run}
        for row in batch
    ]  # fmt: skip


def stored(label: Label, row: Row) -> Row:
    """The properties of a node: those that are there, and an order key for each sortable."""
    properties = {name: value for name, value in row.items() if value is not None}
    for item in label.sortable:
        if item.order_key != "id":
            properties[item.order_key] = order_key(item.type, row.get(item.name), row["id"])
    return properties


def _kinds(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, str]]:
    rows = db.execute(f"SELECT DISTINCT type, from_label, to_label FROM {table} ORDER BY ALL")
    return [(str(a), str(b), str(c)) for a, b, c in rows.fetchall()]


def edge_row(row: Row) -> Row:
    """An edge as a statement takes it: its ends, and the properties that it has."""
    ends = {"from": row.pop("from_id"), "to": row.pop("to_id")}
    return {**ends, "properties": {name: value for name, value in row.items() if value is not None}}
