"""Read a folder of import files into the embedded engine, inside its own process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import jpype

from graph.engine.bulk import manifest

BATCH = 20_000
VERTICES, EDGES = "com.arcadedb.python.VertexBatcher", "com.arcadedb.python.EdgeBatcher"


def import_files(database: Any, files: Path) -> None:
    """Make vertices and edges of every file. The database must be empty of them."""
    told = manifest(files)
    with duckdb.connect(config={"memory_limit": "500MB"}) as db:
        db.execute(f"SET temp_directory = '{files / 'spill'}'")
        count = sum(_count(db, files / item["file"]) for item in told["edges"])
        with database.graph_batch(expected_edge_count=max(1, count)) as batch:
            for item in told["nodes"]:
                _vertices(db, database, batch, item["label"], files / item["file"])
            for item in told["edges"]:
                _edges(db, database, batch, item, files / item["file"])


def _count(db: duckdb.DuckDBPyConnection, path: Path) -> int:
    row = db.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    return int(row[0]) if row else 0


def _vertices(
    db: duckdb.DuckDBPyConnection, database: Any, batch: Any, label: str, path: Path
) -> None:
    database.schema.get_or_create_vertex_type(label)
    db.execute(f'CREATE TABLE IF NOT EXISTS "rid_{label}" (id VARCHAR, rid VARCHAR)')
    make = jpype.JClass(VERTICES)
    for rows in _batches(db, "SELECT * FROM read_parquet(?)", path):
        text = json.dumps(rows, allow_nan=False)
        rids = str(make.createVerticesJson(batch._java_graph_batch, label, text)).split(";")
        keys = [row["id"] for row in rows]
        db.execute(f'INSERT INTO "rid_{label}" SELECT unnest(?), unnest(?)', [keys, rids])


def _edges(
    db: duckdb.DuckDBPyConnection, database: Any, batch: Any, item: dict[str, str], path: Path
) -> None:
    database.schema.get_or_create_edge_type(item["type"])
    make = jpype.JClass(EDGES)
    query = (
        "SELECT f.rid AS _src, t.rid AS _dst, e.* EXCLUDE (from_id, to_id) FROM read_parquet(?) e "
        f'JOIN "rid_{item["from"]}" f ON f.id = e.from_id '
        f'JOIN "rid_{item["to"]}" t ON t.id = e.to_id'
    )
    for rows in _batches(db, query, path):
        make.newEdgesJson(batch._java_graph_batch, item["type"], json.dumps(rows, allow_nan=False))


def _batches(
    db: duckdb.DuckDBPyConnection, query: str, path: Path
) -> Iterator[list[dict[str, Any]]]:
    cursor = db.cursor()
    cursor.execute(query, [str(path)])
    names = [item[0] for item in cursor.description or ()]
    while rows := cursor.fetchmany(BATCH):
        yield [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in rows
        ]
    cursor.close()
