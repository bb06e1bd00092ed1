"""BioCypher 0.17 maps staged rows to import files: `biocypher_adapter.py PLAN OUT`.

PLAN is what `benchmarks/adapter.py` tells of the tables. The adapter is generators of tuples, as
BioCypher's guide has them.
"""

import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]
from biocypher_write import made_writer, rows
from peak import megabytes

RECORD = ("table", "key", "hash", "row")


def main(file: Path, out: Path) -> None:
    """Write, and print what was written, the seconds and the megabytes."""
    told = json.loads(file.read_text())
    labels = {(item["source"], item["table"]): item["label"] for item in told["tables"]}
    writer = made_writer(out, yaml.safe_dump(schema(told, labels)))
    count: Counter[str] = Counter()
    begin = time.perf_counter()
    writer.write_nodes(counted(count, "nodes", nodes(told)))
    between = time.perf_counter()
    writer.write_edges(counted(count, "edges", edges(told, labels)))
    end = time.perf_counter()
    peak = megabytes()
    rates = {"nodes": count["nodes"] / (between - begin), "edges": count["edges"] / (end - between)}
    print(json.dumps({**rates, "written": count, "megabytes": peak}))


def counted(count: Counter[str], name: str, items: Iterator[Any]) -> Iterator[Any]:
    """The same, counted as they pass."""
    for item in items:
        count[name] += 1
        yield item


def schema(told: dict[str, Any], labels: dict[tuple[str, str], str | None]) -> dict[str, Any]:
    """A class for every label and kind of edge."""
    columns: dict[str, dict[str, str]] = {"SourceRecord": dict.fromkeys(RECORD, "str")}
    for item in told["tables"]:
        if item["label"]:
            columns.setdefault(item["label"], {}).update(dict.fromkeys(item["columns"], "str"))
    for item in told["parameters"]:
        label = labels[item["source"], item["owner"][1]]
        if label:
            columns[label].update(dict.fromkeys(item["names"], "str"))
    found: dict[str, Any] = {
        label.lower(): {
            "represented_as": "node",
            "preferred_id": "id",
            "input_label": label,
            "properties": names,
        }
        for label, names in columns.items()
    }
    for kind in {"DESCRIBES", *(link[0] for item in told["tables"] for link in item["links"])}:
        found[f"edge {kind.lower().replace('_', ' ')}"] = {
            "represented_as": "edge",
            "label_as_edge": kind,
            "input_label": kind,
            "source": "entity",
            "target": "entity",
            "properties": {"by": "str"},
        }
    return found


def name_of(item: dict[str, Any], row: dict[str, Any]) -> str:
    """The address of a row."""
    return ":".join([item["source"], item["table"], *(str(row[name]) for name in item["key"])])


def nodes(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A record and a thing for every row of the tables that stand for things."""
    values: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for item in told["parameters"]:
        own = gathered(item, told)
        for owner, found in own.items():
            values[item["source"], item["owner"][1]].setdefault(owner, {}).update(found)
    for item in told["tables"]:
        if not item["label"]:
            continue
        own = values.get((item["source"], item["table"]), {})
        for row in all_rows(item):
            name, text = name_of(item, row), json.dumps(row, default=str)
            digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            facts = (item["table"], name, digest, text)
            yield name, "SourceRecord", dict(zip(RECORD, facts, strict=True))
            row.update(own.get(str(row[item["key"][0]]), {}))
            yield f"{item['label'].lower()}:{name}", item["label"], row


def gathered(item: dict[str, Any], told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The parameters of a table, by their owner."""
    names = {
        row["ID"]: row["NAME"]
        for table in told["tables"]
        if (table["source"], table["table"]) == (item["source"], "ParameterType")
        for row in all_rows(table)
    }
    known = set(item["names"])
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for table in told["tables"]:
        if (table["source"], table["table"]) == (item["source"], item["table"]):
            for row in all_rows(table):
                name = names.get(row[item["type"]])
                if name in known:
                    value = next((row[c] for c in item["value"] if row[c] is not None), None)
                    found[str(row[item["owner"][0]])][name] = value
    return found


def edges(
    told: dict[str, Any], labels: dict[tuple[str, str], str | None]
) -> Iterator[tuple[None, str, str, str, dict[str, Any]]]:
    """From every record to its thing, and between the things that its links name."""
    for item in told["tables"]:
        if not (item["links"] or item["label"]):
            continue
        for row in all_rows(item):
            name = name_of(item, row)
            by = {"by": name}
            own = f"{item['label'].lower()}:{name}" if item["label"] else name
            if item["label"]:
                yield None, name, own, "DESCRIBES", by
            for kind, here, here_table, there, there_table in item["links"]:
                source = end_of(item, row, here, here_table, labels) if here else own
                target = end_of(item, row, there, there_table, labels)
                if source and target:
                    yield None, source, target, kind, by


def end_of(
    item: dict[str, Any],
    row: dict[str, Any],
    column: str,
    table: str,
    labels: dict[tuple[str, str], str | None],
) -> str | None:
    """The thing that a column leads to."""
    label, value = labels.get((item["source"], table)), row.get(column)
    return f"{label.lower()}:{item['source']}:{table}:{value}" if label and value else None


def all_rows(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The staged rows of a table."""
    for file in item["files"]:
        yield from rows(Path(file))


if __name__ == "__main__":
    main(*(Path(word).resolve() for word in sys.argv[1:]))
