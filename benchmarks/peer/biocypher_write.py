"""BioCypher 0.17 writes nodes and edges to import files: `biocypher_write.py FILES OUT`.

FILES are import files of beamgraph in Parquet. So its rows come joined, resolved and typed, and
what it does is what it is for: check them against its schema, deduplicate them, write CSV.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet  # type: ignore[import-untyped, unused-ignore]
import yaml  # type: ignore[import-untyped, unused-ignore]
from peak import megabytes

TYPES = {"int64": "int", "double": "float", "bool": "bool"}
BATCH = 10_000


def main(files: Path, out: Path) -> None:
    """Write, and print seconds and megabytes."""
    told = json.loads((files / "manifest.json").read_text())
    writer = made_writer(out, yaml.safe_dump(schema(files, told)))
    begin = time.perf_counter()
    writer.write_nodes(nodes(files, told))
    between = time.perf_counter()
    writer.write_edges(edges(files, told))
    end = time.perf_counter()
    peak = megabytes()
    count = {kind: counted(files, told[kind]) for kind in ("nodes", "edges")}
    rates = {"nodes": count["nodes"] / (between - begin), "edges": count["edges"] / (end - between)}
    print(json.dumps({**rates, "megabytes": peak}))


def counted(files: Path, items: list[dict[str, str]]) -> int:
    """How many rows the files hold."""
    return sum(parquet.read_metadata(files / item["file"]).num_rows for item in items)


def made_writer(out: Path, shape: str) -> Any:
    """BioCypher with a schema, writing into an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    os.chdir(out)  # before the import: it writes its log where it stands
    from biocypher import BioCypher  # type: ignore[import-not-found, unused-ignore]

    Path("schema.yaml").write_text(shape)
    Path("config.yaml").write_text(yaml.safe_dump(CONFIG))
    return BioCypher(biocypher_config_path="config.yaml", schema_config_path="schema.yaml")


CONFIG = {
    "biocypher": {
        "offline": True,
        "debug": False,
        "dbms": "neo4j",
        "schema_config_path": "schema.yaml",
        "output_directory": "out",
        "head_ontology": None,
    },
    "neo4j": {
        "database_name": "neo4j",
        "delimiter": ";",
        "array_delimiter": "|",
        "quote_character": '"',
        "file_format": "csv",
    },
}


def schema(files: Path, told: dict[str, Any]) -> dict[str, Any]:
    """What it is told of the rows: a class for every label and kind of edge."""
    found: dict[str, Any] = {}
    for item in told["nodes"]:
        found[item["label"].lower()] = {
            "represented_as": "node",
            "preferred_id": "id",
            "input_label": item["label"],
            "properties": properties(files / item["file"], ("id",)),
        }
    for item in told["edges"]:
        kind = f"{item['type']} {item['from']} {item['to']}"
        found[kind.lower().replace("_", " ")] = {
            "represented_as": "edge",
            "label_as_edge": item["type"],
            "input_label": kind,
            "source": item["from"].lower(),
            "target": item["to"].lower(),
            "properties": properties(files / item["file"], ("from_id", "to_id")),
        }
    return found


def properties(file: Path, without: tuple[str, ...]) -> dict[str, str]:
    """The columns of a file and their types."""
    return {
        field.name: "str[]" if "list" in str(field.type) else TYPES.get(str(field.type), "str")
        for field in parquet.read_schema(file)
        if field.name not in without
    }


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file, a few at a time."""
    for batch in parquet.ParquetFile(file).iter_batches(BATCH):
        yield from batch.to_pylist()


def nodes(files: Path, told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Nodes as it takes them."""
    for item in told["nodes"]:
        for row in rows(files / item["file"]):
            yield row.pop("id"), item["label"], row


def edges(
    files: Path, told: dict[str, Any]
) -> Iterator[tuple[None, str, str, str, dict[str, Any]]]:
    """Edges as it takes them."""
    for item in told["edges"]:
        kind = f"{item['type']} {item['from']} {item['to']}"
        for row in rows(files / item["file"]):
            yield None, row.pop("from_id"), row.pop("to_id"), kind, row


if __name__ == "__main__":
    main(*(Path(word).resolve() for word in sys.argv[1:]))
