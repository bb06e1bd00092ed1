"""Measure the online load: nodes and edges a second, beside the driver's raw UNWIND … MERGE.

Both write the same graph, that of both databases at a scale, into an engine that is empty;
the floor sends the same batches without looking what is there already and keeps no account.
The full graph is loaded once by each, for it takes minutes; a small one five times, in turns.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import neo4j

from benchmarks.graphs import HOME, databases, migrate_both, say, served
from benchmarks.rows import Row
from graph.engine import Graph, Target, create_constraints
from graph.model import default_model
from migrators.identity import Wanted
from migrators.load import Load, State, statements
from migrators.load.load import BATCH, stored

SCALES = (0.01, 0.1)
RUNS = 5
SMALL = 0.005
"""Up to this scale a load is short enough to be repeated."""


def measure(engine: str, scale: float | None) -> Iterator[Row]:
    """One row a scale: the load of a facility, taken in turns with the floor."""
    for size in (scale,) if scale else SCALES:
        yield _measured(engine, size)


def _measured(engine: str, scale: float) -> Row:
    wanted = wanted_of(scale)
    size = _size(wanted)
    runs: dict[str, list[float]] = {"ours": [], "floor": []}
    rounds = RUNS + 1 if scale <= SMALL else 1
    home = HOME / f"load-{engine}"
    contenders: dict[str, Callable[[Graph, Path], None]] = {
        "ours": lambda graph, folder: _ours(graph, wanted, folder),
        "floor": lambda graph, _: _raw(graph.target, wanted),
    }
    for number in range(rounds):
        for who, write in contenders.items():
            shutil.rmtree(home, ignore_errors=True)
            with served(engine, home) as target, Graph(target) as graph:
                create_constraints(graph, default_model())
                begin = time.perf_counter()
                write(graph, home / "state")
                rate = size / (time.perf_counter() - begin)
            say(f"load-online on {engine}, {who}: {rate:,.0f} a second of {size:,}")
            if number or rounds == 1:  # the first of each finds cold files
                runs[who].append(rate)
    value, floor = median(runs["ours"]), median(runs["floor"])
    return Row("load-online", engine, value, "/s", floor, {}, value / floor, scale)


def wanted_of(scale: float) -> Wanted:
    """What the graph should hold, by a run that writes to no graph."""
    home = HOME / f"wanted-{scale}"
    shutil.rmtree(home, ignore_errors=True)
    migrate_both(databases(scale), home, None)
    return Wanted.load(home / "wanted")


def _size(wanted: Wanted) -> int:
    parts = [*(wanted.nodes_sql(label) for label in wanted.labels), wanted.edges_sql()]
    with duckdb.connect() as db:
        counts = [db.execute(f"SELECT count(*) FROM ({part})").fetchone() for part in parts]
    return sum(int(row[0]) for row in counts if row)


def _ours(graph: Graph, wanted: Wanted, folder: Path) -> None:
    folder.mkdir(parents=True)
    load = Load(graph, default_model(), wanted, State.of(folder, "bench"), "run-bench")
    load.write(lambda *_: None)
    load.settle()


def _raw(target: Target, wanted: Wanted) -> None:
    options = target.options()
    with neo4j.GraphDatabase.driver(target.url, **options) as driver, duckdb.connect() as db:
        for name in wanted.labels:
            rows = _rows(db, f"SELECT * EXCLUDE (hash) FROM ({wanted.nodes_sql(name)})")
            for batch in _batches([stored(row) for row in rows]):
                driver.execute_query(statements.upsert_nodes(name), rows=batch, database_="neo4j")
        kinds: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in _rows(db, wanted.edges_sql()):
            kind = (row.pop("type"), row.pop("from_label"), row.pop("to_label"))
            ends = {"from": row.pop("from_id"), "to": row.pop("to_id")}
            told = {key: value for key, value in row.items() if value is not None}
            kinds.setdefault(kind, []).append({**ends, "properties": told})
        for kind, edges in kinds.items():
            for batch in _batches(edges):
                driver.execute_query(statements.upsert_edges(*kind), rows=batch, database_="neo4j")


def _rows(db: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = db.execute(query)
    names = [item[0] for item in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for place in range(0, len(rows), BATCH):
        yield rows[place : place + BATCH]
