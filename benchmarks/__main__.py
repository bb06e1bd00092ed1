"""`make bench ARGS="--only page20,by-id --engine neo4j --scale 0.002 --json bench.json"`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    bulk,
    daily,
    identity,
    identity_scale,
    loads,
    mapping,
    questions,
    staging,
    weight,
)
from benchmarks.documents import QUESTIONS
from benchmarks.graphs import ENGINES
from benchmarks.rows import Row, table

SCALE = 0.022
"""About 20 thousand samples and 54 thousand datasets, 22 thousand of them raw."""

LOADS: dict[str, Callable[[str, float | None], Iterator[Row]]] = {
    "load-online": loads.measure,
    "load-bulk": bulk.measure,
    "daily-run": daily.measure,
    "graph-bytes": weight.measure,
}
"""What is measured on an engine, beside the documents."""

ALONE: dict[str, Callable[[float | None], Iterator[Row]]] = {
    "stage": staging.measure,
    "map-nodes": mapping.measure,
    "map-edges": mapping.measure,
    "identity": identity.measure,
    "identity-scale": identity_scale.measure,
}
"""What touches no engine."""

IDS = (*ALONE, *LOADS, *(item.id for item in QUESTIONS))


def measure(only: list[str], engines: list[str], scale: float | None) -> Iterator[Row]:
    """Every row that is asked for."""
    alone = [name for name in ALONE if not only or name in only]
    for work in dict.fromkeys(ALONE[name] for name in alone):
        yield from (row for row in work(scale) if row.id in alone)
    for engine in engines:
        for name, load in LOADS.items():
            if not only or name in only:
                yield from load(engine, scale)
        asked = [name for name in only if name not in LOADS and name not in ALONE]
        if asked or not only:
            yield from questions.measure(engine, scale or SCALE, asked)


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"ids, comma-separated: {', '.join(IDS)}")
    parser.add_argument("--engine", choices=ENGINES, help="one engine; both where none is named")
    parser.add_argument("--scale", type=float, help="of the simulator; 1 is a million raw datasets")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    asked = parser.parse_args()
    only = [word for word in asked.only.split(",") if word]
    unknown = sorted(set(only) - set(IDS))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}")
    engines = [asked.engine] if asked.engine else list(ENGINES)
    rows = list(measure(only, engines, asked.scale))
    for line in table(rows):
        sys.stdout.write(line + "\n")
    if asked.json:
        asked.json.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
    return 1 if any(row.skipped for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
