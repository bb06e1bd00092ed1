"""Bring a graph to what it should hold, batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from graph.engine import Graph
from graph.model import Label, Model
from graph.values import order_key
from migrators.identity import Wanted
from migrators.identity.wanted import EDGE, EDGE_KEY
from migrators.load import statements
from migrators.load.going import WITHDRAWN, count, withdraw
from migrators.load.state import State

BATCH = 2_000
Progress = Callable[[str, int, int], None]
Row = dict[str, Any]
Log = Callable[[Row], None]

KEY = ", ".join(EDGE_KEY)


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
        self._graph, self._model, self._wanted = graph, model, wanted
        self._state, self._run, self._log = state, run, log
        self._db = state.open(graph, model, wanted)
        self._compare()
        withdraw(self._db, graph, model, wanted.edges_sql())
        self.written = Written()

    def _compare(self) -> None:
        """Make `new_edges`, `gone_nodes` and `gone_edges` of what was touched."""
        db, wanted = self._db, self._wanted
        db.execute("CREATE TABLE there (label VARCHAR, id VARCHAR)")
        for label in wanted.labels:
            db.execute(
                f"INSERT INTO there SELECT '{label}', id FROM ({wanted.nodes_sql(label)}) "
                f"SEMI JOIN (SELECT id FROM touched_nodes WHERE label = '{label}') USING (id)"
            )
        db.execute(
            "CREATE TABLE gone_nodes AS FROM touched_nodes ANTI JOIN there USING (label, id)"
        )
        db.execute(
            f"CREATE TABLE new_edges AS SELECT {KEY} FROM ({wanted.edges_sql()}) "
            f"SEMI JOIN touched_edges USING ({KEY})"
        )
        db.execute(
            f"CREATE TABLE gone_edges AS FROM touched_edges ANTI JOIN new_edges USING ({KEY})"
        )

    def write(self, progress: Progress) -> Written:
        """Touch the graph."""
        written, db, wanted = self.written, self._db, self._wanted
        nodes = sum(count(db, f"({wanted.nodes_sql(label)})") for label in wanted.labels)
        written.nodes_unchanged = nodes - count(db, "there")
        written.edges_unchanged = count(db, f"({wanted.edges_sql()})") - count(db, "new_edges")
        for label in wanted.labels:
            self._write_nodes(self._model.labels[label], progress)
        self._take_edges(progress)
        self._write_edges(progress)
        self._take_nodes(progress)
        self._withdraw_nodes()
        return written

    def expect(self) -> None:
        """Say that everything is written: the caller will mark the run as done."""
        self._state.expect(self._run, self._wanted.chain.last)

    def settle(self) -> None:
        """Keep what the graph holds now; the run must be marked as done in it before."""
        self._state.save(self._run, self._wanted.chain.last)
        self._db.close()

    def _write_nodes(self, label: Label, progress: Progress) -> None:
        total = count(self._db, f"(SELECT 1 FROM there WHERE label = '{label.name}')")
        if not total:
            return
        query = (
            f"SELECT w.* EXCLUDE (hash) FROM ({self._wanted.nodes_sql(label.name)}) w "
            "SEMI JOIN (SELECT id FROM there WHERE label = ?) USING (id)"
        )
        statement = statements.upsert_nodes(label.name)
        done = 0
        for batch in batches(self._db, query, [label.name]):
            rows = records(batch, self._run) if label.category == "record" else batch
            self._graph.write(statement, {"rows": [stored(row) for row in rows]})
            done += len(batch)
            progress(label.name, done, total)
        self.written.nodes[label.name] = done

    def _write_edges(self, progress: Progress) -> None:
        query = (
            f"SELECT {EDGE} FROM ({self._wanted.edges_sql()}) SEMI JOIN new_edges USING ({KEY}) "
            "WHERE type = ? AND from_label = ? AND to_label = ?"
        )
        counts = self.written.edges
        for kind in _kinds(self._db, "new_edges"):
            statement = statements.upsert_edges(*kind)
            for batch in batches(self._db, query, kind):
                rows = [edge_row(row, self._run) for row in batch]
                self._graph.write(statement, {"rows": rows})
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
        gone = self._db.execute("SELECT label, id, name, doi FROM withdrawn ORDER BY ALL")
        for label, key, name, doi in gone.fetchall():
            told = {"id": key, "name": name, "doi": doi, "state": WITHDRAWN}
            rows = [ordered(self._model.labels[label], told)]
            self._graph.write(statements.upsert_nodes(label), {"rows": rows})
            self._log({"withdrawn": label, "id": key})
            self.written.withdrawn[label] = self.written.withdrawn.get(label, 0) + 1


def batches(
    db: duckdb.DuckDBPyConnection, query: str, params: Sequence[Any] = ()
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


def stored(row: Row) -> Row:
    """The properties of a node: those that are there."""
    return {name: value for name, value in row.items() if value is not None}


def ordered(label: Label, row: Row) -> Row:
    """A node with the key of every sortable field, for one that comes by itself."""
    keys = {
        item.order_key: order_key(item.type, row.get(item.name), row["id"])
        for item in label.sortable
        if item.order_key != "id"
    }
    return {**stored(row), **keys}


def _kinds(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, str]]:
    rows = db.execute(f"SELECT DISTINCT type, from_label, to_label FROM {table} ORDER BY ALL")
    return [(str(a), str(b), str(c)) for a, b, c in rows.fetchall()]


def edge_row(row: Row, run: str | None = None) -> Row:
    """An edge as a statement takes it: its ends, and the properties that it has.

    Where it is a match, the run that writes it is one of them.
    """
    ends = {"from": row.pop("from_id"), "to": row.pop("to_id")}
    told = {name: value for name, value in row.items() if value is not None}
    if run is not None and "score" in told:
        told["run"] = run
    return {**ends, "properties": told}
