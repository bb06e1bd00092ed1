"""nodestream 0.16 maps rows into nothing: `nodestream_map.py FILES LABEL FROM TYPE TO`.

Of the import files of beamgraph it maps the nodes of one label with all their properties, and one
kind of edges, each at two sizes: the slope between them is its rate, without its start.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet  # type: ignore[import-untyped, unused-ignore]
import yaml  # type: ignore[import-untyped, unused-ignore]

SIZES = (5_000, 25_000)


def main(files: Path, label: str, source: str, type_: str, target: str) -> None:
    """Map, and print nodes and edges a second."""
    nodes, edges = (
        files / f"nodes-{label}.parquet",
        files / f"edges-{type_}-{source}-{target}.parquet",
    )
    names = [name for name in parquet.read_schema(nodes).names if name != "id"]
    node = {
        "type": "source_node",
        "node_type": label,
        "key": {"id": Path_("id")},
        "properties": {name: Path_(name) for name in names},
    }
    ends = [
        {"type": "source_node", "node_type": source, "key": {"id": Path_("from_id")}},
        {
            "type": "relationship",
            "node_type": target,
            "relationship_type": type_,
            "node_key": {"id": Path_("to_id")},
            "relationship_properties": {name: Path_(name) for name in ("basis", "rule", "role")},
        },
    ]
    print(json.dumps({"nodes": rate(nodes, [node]), "edges": rate(edges, ends)}))


class Path_(str):  # noqa: N801 - a word of nodestream's YAML
    """A value provider: a path into the row."""


yaml.SafeDumper.add_representer(
    Path_, lambda dumper, told: dumper.represent_scalar("!jmespath", str(told))
)


def rate(file: Path, interpretations: list[dict[str, Any]]) -> float:
    """Rows a second."""
    few, many = (seconds(file, interpretations, size) for size in SIZES)
    return (SIZES[1] - SIZES[0]) / (many - few)


def seconds(file: Path, interpretations: list[dict[str, Any]], size: int) -> float:
    """How long one pipeline runs over so many rows."""
    with tempfile.TemporaryDirectory() as work:
        place = Path(work)
        table = parquet.read_table(file)
        if table.num_rows < size:
            raise SystemExit(f"{file} has {table.num_rows} rows, {size} are needed")
        parquet.write_table(table.slice(0, size), place / "rows.parquet")
        pipe = [
            {
                "implementation": "nodestream.pipeline.extractors.files:FileExtractor",
                "factory": "local",
                "arguments": {"globs": [str(place / "rows.parquet")]},
            },
            {
                "implementation": "nodestream.interpreting:Interpreter",
                "arguments": {"interpretations": interpretations},
            },
        ]
        (place / "pipe.yaml").write_text(yaml.safe_dump(pipe))
        (place / "nodestream.yaml").write_text(yaml.safe_dump(PROJECT))
        begin = time.perf_counter()
        words = [str(Path(sys.prefix) / "bin" / "nodestream"), "run", "pipe", "-t", "nothing"]
        subprocess.run(words, cwd=place, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begin


PROJECT = {
    "scopes": {"default": {"pipelines": ["pipe.yaml"]}},
    "targets": {"nothing": {"database": "null"}},
}


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
