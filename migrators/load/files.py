"""Files from which a whole graph is made at once, by an importer instead of statement by statement.

The same nodes and edges that a load writes, every property included. Parquet for the embedded
engine, one file a label and one a kind of edge; CSV for `neo4j-admin database import`, all edges in
one file: a hundred of them it takes longer to open than to read.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from graph.engine.bulk import MANIFEST
from graph.engine.embedded import check_space, make_private
from graph.problem import Problem
from migrators.identity import Wanted
from migrators.identity.wanted import EDGE
from migrators.mapping.mapped import THREADS
from migrators.progress import Tell, quiet

Form = Literal["csv", "parquet"]
Kept = Mapping[str, Sequence[Mapping[str, Any]]]
"""Nodes that are in a graph and come from no source, by label: runs and decisions."""

LIST_BREAK = "\x1f"
LONGEST = 2**28
"""Bytes of one node that was in the graph: a run tells its whole account."""

OURS = re.compile(rf"{re.escape(MANIFEST)}|(nodes|edges|kept)-.+\.(csv|parquet|json)")
"""The names of the files that are written here."""

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "700MB",
    "threads": THREADS,
    "preserve_insertion_order": False,
}
NODE = {"id": "id:ID"}
ENDS = {"type": ":TYPE", "from_id": ":START_ID", "to_id": ":END_ID"}
"""How `neo4j-admin` calls the columns that are more than properties."""

TYPES = {"BIGINT": "long", "DOUBLE": "double", "BOOLEAN": "boolean", "VARCHAR[]": "string[]"}


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """A folder of such files, and what is in it."""

    folder: Path
    by_label: dict[str, int]
    by_type: dict[str, int]

    @property
    def nodes(self) -> int:
        """How many nodes they hold."""
        return sum(self.by_label.values())

    @property
    def edges(self) -> int:
        """How many edges they hold."""
        return sum(self.by_type.values())


def write_import_files(
    wanted: Wanted,
    folder: Path,
    form: Form,
    run: str,
    kept: Kept,
    tell: Tell = quiet,
) -> ImportFiles:
    """Write everything that the graph should hold, in place of earlier such files.

    Parameters
    ----------
    kept
        Nodes that come from no source.
    tell
        Told the name of every label, and `edges`, before they are written.

    Raises
    ------
    Problem
        Where the disk is full, or the folder holds anything else.
    """
    check_folder(folder)
    make_private(folder)
    check_space(folder)
    for old in folder.iterdir():
        old.unlink()
    labels: Counter[str] = Counter()
    types: Counter[str] = Counter()
    listed: dict[str, list[dict[str, str]]] = {"nodes": [], "edges": []}
    with duckdb.connect(config=CONFIG) as db:
        db.execute("SET parquet_metadata_cache = true")  # each kind of edge looks into every file
        writer = _Writer(db, folder, form, run)
        for label in wanted.labels:
            tell(f"nodes-{label}")
            file, rows = writer.nodes(label, _node_query(wanted, label, run))
            labels[label] += rows
            listed["nodes"].append({"label": label, "file": file})
        tell("edges")
        kinds = _kinds(db, wanted)
        for (type_, _, _), count in kinds.items():
            types[type_] += count
        listed["edges"] += (
            writer.all_edges(wanted) if form == "csv" else writer.edges(wanted, kinds)
        )
        for label, told in kept.items():
            if told:
                labels[label] += len(told)
                listed["nodes"].append({"label": label, "file": writer.kept(label, told)})
    text = json.dumps({"form": form, **listed}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return ImportFiles(folder, dict(labels), dict(types))


def check_folder(folder: Path) -> None:
    """Refuse a folder in which there is anything but import files: those are replaced.

    Raises
    ------
    Problem
        With the name of what is there.
    """
    todo = "choose a folder that is empty or not there yet"
    try:
        others = sorted(path.name for path in folder.iterdir() if not OURS.fullmatch(path.name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise Problem(error.strerror or str(error), where=str(folder), todo=todo) from error
    if others:
        what = f"the folder for import files holds {others[0]!r}, which is none of them"
        raise Problem(what, where=str(folder), todo=todo)


def _node_query(wanted: Wanted, label: str, run: str) -> str:
    rows = f"SELECT * EXCLUDE (hash) FROM ({wanted.nodes_sql(label)})"
    if label == "SourceRecord":
        return f"SELECT * RENAME (content AS hash), '{run}' AS run FROM ({rows})"
    return rows


def _kinds(db: duckdb.DuckDBPyConnection, wanted: Wanted) -> dict[tuple[str, str, str], int]:
    """How many edges there are of a type between two labels."""
    query = f"SELECT type, from_label, to_label, count(*) FROM ({wanted.edges_sql()})"
    rows = db.execute(f"{query} GROUP BY ALL ORDER BY ALL").fetchall()
    return {(str(a), str(b), str(c)): int(n) for a, b, c, n in rows}


class _Writer:
    def __init__(self, db: duckdb.DuckDBPyConnection, folder: Path, form: Form, run: str) -> None:
        self._db, self._folder, self._form = db, folder, form
        self._edge = f"{EDGE}, CASE WHEN score IS NOT NULL THEN '{run}' END AS run"

    def nodes(self, label: str, query: str) -> tuple[str, int]:
        """The nodes of a label."""
        return self._write(f"nodes-{label}", query, NODE)

    def edges(
        self, wanted: Wanted, kinds: Iterable[tuple[str, str, str]]
    ) -> Iterator[dict[str, str]]:
        """The edges, a file a kind."""
        for type_, source, target in kinds:
            query = (
                f"SELECT {self._edge} FROM ({wanted.edges_sql()}) WHERE type = '{type_}' "
                f"AND from_label = '{source}' AND to_label = '{target}'"
            )
            file, _ = self._write(f"edges-{type_}-{source}-{target}", query, ENDS)
            yield {"type": type_, "from": source, "to": target, "file": file}

    def all_edges(self, wanted: Wanted) -> Iterator[dict[str, str]]:
        """The edges in one file: an id is of one node, whatever its label."""
        query = f"SELECT type, {self._edge} FROM ({wanted.edges_sql()})"
        file, _ = self._write("edges-all", query, ENDS)
        yield {"file": file}

    def kept(self, label: str, told: Sequence[Mapping[str, Any]]) -> str:
        """Nodes that were in the graph before."""
        name = f"kept-{label}"
        source = self._folder / f"{name}.json"
        source.write_text("\n".join(json.dumps(row) for row in told), encoding="utf-8")
        query = f"FROM read_json('{source}', maximum_object_size = {LONGEST})"
        file, _ = self._write(name, query, NODE)
        source.unlink()
        return file

    def _write(self, name: str, query: str, heads: Mapping[str, str]) -> tuple[str, int]:
        """Write what a query gives; `heads` names the columns that are more than properties."""
        if self._form == "parquet":
            return self._copy(query, f"{name}.parquet", "FORMAT parquet")
        rows = self._db.execute(f"DESCRIBE {query}").fetchall()
        columns = {str(row[0]): str(row[1]) for row in rows}
        with (self._folder / f"{name}.header.csv").open("w", encoding="utf-8") as file:
            csv.writer(file).writerow(
                heads.get(item, f"{item}:{TYPES.get(kind, 'string')}")
                for item, kind in columns.items()
            )
        text = f"SELECT {', '.join(_plain(columns))} FROM ({query})"
        how = "FORMAT csv, HEADER false, QUOTE '\"', ESCAPE '\"'"
        return self._copy(text, f"{name}.csv", how)

    def _copy(self, query: str, target: str, how: str) -> tuple[str, int]:
        path = self._folder / target
        done = self._db.execute(f"COPY ({query}) TO '{path}' ({how})").fetchone()
        return target, int(done[0]) if done else 0


def _plain(columns: Mapping[str, str]) -> Iterator[str]:
    """Columns as CSV can hold them: a list is one text."""
    for name, kind in columns.items():
        if kind == "VARCHAR[]":
            yield f"""array_to_string("{name}", '{LIST_BREAK}') AS "{name}" """
        elif kind in TYPES:
            yield f'"{name}"'
        else:
            yield f'"{name}"::VARCHAR AS "{name}"'
