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
from migrators.staging.chain import Chain, scan, union

MEMORY = "440MB"
THREADS = min(4, os.cpu_count() or 1)
"""Each needs some of the memory; DuckDB's guide asks for 125 MB a thread."""

VERSION = 5
"""Of the form of the tables and of what the transforms mean: older ones are made anew."""

VOID = "void"
"""The records of a generation of which earlier ones count no more."""

DRIVERS = {"edges": "by", "danglers": "by"}
"""The column that says which record a row comes from, where it is not `record`."""

NOTHING: dict[str, tuple[str, ...]] = {
    "records": ("record", "source", "table", "key", "hash", "row"),
    "folds": ("record", "source", "table", "key", "hash", "owner", "detail"),
    "refused": ("record", "table", "key", "reason", "hash"),
    "danglers": ("rule", "by", "column", "value"),
}


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
        driver = "owner" if name.startswith("values_") else DRIVERS.get(name, "record")
        void = f"{VOID}-{name}" if name.startswith("values_") else VOID
        parts = []
        for place, number in enumerate(self.chain.generations):
            paths = self.chain.files(number, name)
            if not paths:
                continue
            later = [
                found
                for after in self.chain.generations[place + 1 :]
                if (found := self.chain.place(after) / f"{void}.parquet").exists()
            ]
            text = f"SELECT t.* FROM {scan(paths)} t"
            if later:
                text += f' ANTI JOIN {scan(later)} v ON v.record = t."{driver}"'
            parts.append(text)
        return union(parts) if parts else _nothing(name)

    def told(self, label: str) -> list[str]:
        """Queries of what the source tells of a label; each has columns of its own."""
        return [self.sql(name) for name in self.chain.names(f"told-{label}-")]

    def keys(self, label: str) -> list[str]:
        """Queries of what records of a label are recognised by."""
        return [self.sql(name) for name in self.chain.names(f"keys-{label}-")]

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
    columns = ", ".join(f'NULL::VARCHAR AS "{item}"' for item in NOTHING[name])
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
    backend.raw_sql("SET enable_progress_bar = false")  # stdout is for answers
    return backend


def rules_digest(mapping: Mapping) -> str:
    """A name for a set of rules and the code that runs them."""
    return f"{hashlib.blake2b(repr(mapping).encode(), digest_size=12).hexdigest()} {VERSION}"


def all_of(mapped: Sequence[Mapped], name: str) -> str:
    """A query of one table of several sources."""
    return union([item.sql(name) for item in mapped])
