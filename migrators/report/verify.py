"""Prove that a graph holds what the newest snapshots say it should: every node, edge and value."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

import duckdb
import orjson
import pyarrow

from graph.engine import Graph
from graph.model import Model
from migrators.identity import Wanted
from migrators.identity.wanted import EDGE
from migrators.load import statements
from migrators.load.going import WITHDRAWN
from migrators.load.load import batches, edge_row, records, stored
from migrators.load.state import KEPT

SHOWN = 50
"""How many findings of a kind are named; the others are counted."""

Row = dict[str, Any]
Tell = Callable[[str, int], None]

DIFFERENCES = """
SELECT coalesce(w.id, h.id), w.digest IS NULL, h.digest IS NULL, count(*) OVER () FROM want w
FULL JOIN have h ON w.id = h.id WHERE w.digest IS DISTINCT FROM h.digest ORDER BY 1 LIMIT {shown}"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: lost, unknown or changed, what, and which."""

    kind: str
    what: str
    id: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """For machines."""
        return asdict(self)


@dataclass
class Compared:
    """How much was compared, and what was found."""

    nodes: int
    edges: int
    findings: list[Finding]
    more: int = 0
    """Findings beyond those that are named."""
    withdrawn: set[str] = field(default_factory=set)
    """Ids that answer though every record of them is gone."""


def verify_graph(graph: Graph, model: Model, wanted: Wanted, tell: Tell) -> Compared:
    """Compare every node and edge, with every property, with what should be there."""
    told = Compared(0, 0, [])
    for label in (name for name in model.labels if name not in KEPT):
        told.nodes += _compare(told, label, _want_nodes(wanted, label), _have(graph, label, told))
        tell(label, told.nodes)
    for kind in statements.edge_kinds(model):
        want, have = _want_edges(wanted, kind), _have_edges(graph, kind, told)
        told.edges += _compare(told, " ".join(kind), want, have)
        tell(kind[0], told.edges)
    return told


def _want_nodes(wanted: Wanted, label: str) -> Iterator[tuple[str, Row]]:
    if label not in wanted.labels:
        return
    with duckdb.connect() as db:
        query = f"SELECT * EXCLUDE (hash) FROM ({wanted.nodes_sql(label)})"
        for batch in batches(db, query):
            rows = records(batch, "") if label == "SourceRecord" else batch
            for row in rows:
                yield row["id"], stored(row)


def _have(graph: Graph, label: str, told: Compared) -> Iterator[tuple[str, Row]]:
    for row in graph.stream(statements.node_contents(label)):
        if row["properties"].get("state") == WITHDRAWN:
            told.withdrawn.add(row["id"])
        else:
            yield row["id"], row["properties"]


def _want_edges(wanted: Wanted, kind: tuple[str, str, str]) -> Iterator[tuple[str, Row]]:
    query = (
        f"SELECT {EDGE} FROM ({wanted.edges_sql()}) "
        "WHERE type = ? AND from_label = ? AND to_label = ?"
    )
    with duckdb.connect() as db:
        for batch in batches(db, query, kind):
            for row in batch:
                told = edge_row(row)
                yield f"{told['from']} -> {told['to']}", told["properties"]


def _have_edges(
    graph: Graph, kind: tuple[str, str, str], told: Compared
) -> Iterator[tuple[str, Row]]:
    for row in graph.stream(statements.edge_contents(*kind)):
        if row["to"] not in told.withdrawn:
            row["properties"].pop("run", None)  # whichever run wrote it
            yield f"{row['from']} -> {row['to']}", row["properties"]


def _compare(
    told: Compared,
    what: str,
    want: Iterable[tuple[str, Row]],
    have: Iterable[tuple[str, Row]],
) -> int:
    """Compare by digest, in bounded memory; what differs is looked at again, value by value."""
    with duckdb.connect(config={"memory_limit": "500MB"}) as db:
        count = _fill(db, "want", want)
        _fill(db, "have", have)
        query = DIFFERENCES.format(shown=SHOWN)
        rows = db.execute(query).fetchall()
        for key, unknown, lost, _ in rows:
            kind = "unknown" if unknown else "lost" if lost else "changed"
            told.findings.append(
                Finding(kind, what, key, _detail(db, key) if kind == "changed" else "")
            )
        told.more += (rows[0][3] - len(rows)) if rows else 0
    return count


def _fill(db: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[str, Row]]) -> int:
    db.execute(f"CREATE TABLE {table} (id VARCHAR, digest BLOB, text BLOB)")
    waiting: list[tuple[str, bytes, bytes]] = []
    count = 0
    for key, properties in rows:
        text = _text(properties)
        waiting.append((key, blake2b(text, digest_size=16).digest(), text))
        count += 1
        if len(waiting) >= 20_000:
            _insert(db, table, waiting)
            waiting = []
    _insert(db, table, waiting)
    return count


def _insert(
    db: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[str, bytes, bytes]]
) -> None:
    if rows:
        keys, digests, texts = zip(*rows, strict=True)
        arrow = pyarrow.table({"id": keys, "digest": digests, "text": texts})
        db.register("rows_", arrow)
        db.execute(f"INSERT INTO {table} SELECT id, digest, text FROM rows_")
        db.unregister("rows_")


def _text(properties: Row) -> bytes:
    """Properties as one text; the run that wrote a record is no part of what it says."""
    told = {name: value for name, value in properties.items() if name != "run"}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def _detail(db: duckdb.DuckDBPyConnection, key: str) -> str:
    """Which properties of a node or an edge differ, and how."""
    query = "SELECT w.text, h.text FROM want w JOIN have h ON w.id = h.id WHERE w.id = ?"
    row = db.execute(query, [key]).fetchone()
    if row is None:
        return ""
    want, have = orjson.loads(row[0]), orjson.loads(row[1])
    names = sorted(name for name in {*want, *have} if want.get(name) != have.get(name))
    return "; ".join(f"{name}: {want.get(name)!r}, not {have.get(name)!r}" for name in names)
