"""The mapped tables of a source, kept as Parquet beside its snapshot."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis

from graph.engine.embedded import make_private
from migrators.mapping.rules import Mapping
from migrators.mapping.spelling import EACH_ON_DUCKDB
from migrators.staging.chain import Chain, scan, union

MEMORY = "440MB"
THREADS = min(4, os.cpu_count() or 1)
"""Each needs some of the memory; DuckDB's guide asks for 125 MB a thread."""

VERSION = 7
"""Of the form of the tables and of what the transforms mean: older ones are made anew."""

VOID = "void"
"""The records of a generation of which earlier ones count no more."""

DRIVERS = {"edges": "by", "danglers": "by"}
"""The column that says which record a row comes from, where it is not `record`."""

NOTHING: dict[str, tuple[str, ...]] = {
    "records": ("record", "source", "table", "key", "hash", "row"),
    "folds": ("record", "source", "table", "key", "hash", "owner", "detail"),
    "refused": ("record", "table", "key", "reason", "hash"),
    "things": ("record", "label", "entity", "names"),
    "edges": (
        "type",
        "from_label",
        "from_record",
        "to_label",
        "to_record",
        "to_id",
        "basis",
        "rule",
        "by",
        "role",
        "distance",
    ),
    "danglers": ("rule", "by", "column", "value"),
}


TYPES = {"names": "BOOLEAN"}
"""Of the columns of tables without rows; the others are text."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The tables that the mapping of one source gave, as queries.

    `records`, `things`, `edges`, `danglers`, `folds`, `refused`; for every label that a table
    of the source tells of `told-<Label>-<Table>`, and `keys-<Label>-<Table>` with what its
    records are recognised by; `values_<Table>` with parameters as columns.
    """

    chain: Chain

    @classmethod
    def load(cls, folder: Path) -> "Mapped":
        """The mapped tables beside a snapshot."""
        return cls(Chain.load(folder / "mapped"))

    def sql(self, name: str) -> str:
        """A query of one table: of every record what its newest generation says."""
        if name.startswith("values_"):
            return self._newest([name], "owner", f"{VOID}-{name}")
        return self._newest([name], DRIVERS.get(name, "record")) or _nothing(name)

    def together(self, start: str) -> str:
        """One query of all tables whose names start so, matched by the names of their columns."""
        return self._newest(self.chain.names(start), "record")

    def _newest(self, names: Sequence[str], driver: str, void: str = VOID) -> str:
        """The rows of tables that no later generation took the place of.

        One join for all tables and generations: each takes twenty megabytes however little it
        joins, and every day adds a generation.
        """
        files = {n: self._files(n, names) for n in self.chain.generations}
        there = {number: paths for number, paths in files.items() if paths}
        voids = {
            number: file
            for number in self.chain.generations
            if number > min(there, default=number)
            and (file := self.chain.place(number) / f"{void}.parquet").exists()
        }
        if not voids:
            return union([f"SELECT t.* FROM {scan(paths)} t" for paths in there.values()])
        rows = union([f"SELECT *, {n} AS _made FROM {scan(paths)}" for n, paths in there.items()])
        gone = union([f"SELECT record, {n} AS _gone FROM {scan([f])}" for n, f in voids.items()])
        return (
            f"SELECT t.* EXCLUDE (_made) FROM ({rows}) t ANTI JOIN ({gone}) v "
            f'ON v.record = t."{driver}" AND v._gone > t._made'
        )

    def _files(self, number: int, names: Sequence[str]) -> list[Path]:
        return [path for name in names for path in self.chain.files(number, name)]

    def told(self, label: str) -> list[str]:
        """Queries of what the source tells of a label; each has columns of its own."""
        return [self.sql(name) for name in self.chain.names(f"told-{label}-")]

    def since(self, generation: int) -> str | None:
        """A query of the records that changed since a generation; None where that is not known."""
        if generation not in self.chain.generations:
            return None
        later = [
            self.chain.place(number) / f"{VOID}.parquet"
            for number in self.chain.generations
            if number > generation
        ]
        return f"SELECT DISTINCT record FROM {scan(later)}" if later else _no_records()

    def upto(self, generation: int) -> "Mapped":
        """The tables as they were when that generation was the newest."""
        return Mapped(self.chain.upto(generation))


def _nothing(name: str) -> str:
    columns = ", ".join(f'NULL::{TYPES.get(item, "VARCHAR")} AS "{item}"' for item in NOTHING[name])
    return f"SELECT {columns} WHERE false"


def _no_records() -> str:
    return "SELECT NULL::VARCHAR AS record WHERE false"


def connect(folder: Path) -> Any:
    """The engine that runs the expressions; spills beside the data, never grows unbounded."""
    make_private(folder)
    backend = ibis.duckdb.connect(
        memory_limit=MEMORY,
        threads=THREADS,
        temp_directory=str(folder / "spill"),
        preserve_insertion_order=False,
    )
    backend.raw_sql("SET TimeZone = 'UTC'")
    backend.raw_sql(EACH_ON_DUCKDB)
    backend.raw_sql("SET enable_progress_bar = false")  # stdout is for answers
    return backend


def rules_digest(mapping: Mapping) -> str:
    """A name for a set of rules and the code that runs them."""
    return f"{hashlib.blake2b(repr(mapping).encode(), digest_size=12).hexdigest()} {VERSION}"


def all_of(mapped: Sequence[Mapped], name: str) -> str:
    """A query of one table of several sources."""
    return union([item.sql(name) for item in mapped])
