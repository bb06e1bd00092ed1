"""Write a snapshot: a manifest over chunks of Parquet that are named by their content."""

import json
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.engine.embedded import check_space, make_private
from graph.problem import Problem
from graph.values import instant_text
from migrators.staging.chunks import Batches, Chunk, chunks_of, write_chunk
from migrators.staging.secrets import why_withheld
from migrators.staging.shape import Column, Shape
from migrators.staging.source import Source

MANIFEST = "manifest.json"
MAPPED = "mapped.json"
"""The manifest of the snapshot that was mapped last."""

WRITERS = 2
"""So many chunks are written at once."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class StagedTable:
    """One table of a snapshot and the files that hold it."""

    shape: Shape
    chunks: tuple[Chunk, ...]
    withheld: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows the source had."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def odd(self) -> tuple[str, ...]:
        """The columns that are text in some chunk, though their kind is another."""
        return tuple(sorted({name for chunk in self.chunks for name in chunk.odd}))


@dataclass(frozen=True)
class Snapshot:
    """A source as it was at one moment.

    `name` is what the graph calls the source (`--as`); `zone` the time zone its
    wall-clock times are in, None where nobody said.
    """

    folder: Path
    name: str
    system: str
    flavour: str
    facility: str
    zone: str | None
    taken: str
    tables: dict[str, StagedTable] = field(default_factory=dict)
    views: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    """What the source itself calls its facilities."""

    @property
    def rows(self) -> int:
        """How many rows the source had in all tables."""
        return sum(table.rows for table in self.tables.values())

    def table(self, name: str) -> StagedTable | None:
        """The staged table of that name, here or at the source; case does not count."""
        wanted = name.lower()
        for found, item in self.tables.items():
            if found.lower() == wanted:
                return item
        called = (item for item in self.tables.values() if item.shape.source_name == name)
        return next(called, None)

    def files(self, table: StagedTable, without: Collection[str] = ()) -> list[Path]:
        """The Parquet files of a table, without those of the chunks that are named."""
        names = (chunk.file for chunk in table.chunks)
        return [self.folder / "chunks" / name for name in names if name not in without]

    @classmethod
    def load(cls, folder: Path, manifest: str = MANIFEST) -> "Snapshot | None":
        """The newest complete snapshot of a source, or None where there is none.

        Raises
        ------
        Problem
            Where a manifest is there and cannot be read.
        """
        file = folder / manifest
        try:
            return cls._read(folder, json.loads(file.read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(
                "the manifest of this snapshot is damaged",
                where=str(file),
                todo="restore it, or remove its folder and migrate the source again",
            ) from error

    @classmethod
    def _read(cls, folder: Path, told: dict[str, Any]) -> "Snapshot":
        tables = {
            name: StagedTable(
                Shape.from_json(item["shape"]),
                tuple(Chunk(**chunk) for chunk in item["chunks"]),
                tuple(item["withheld"]),
            )
            for name, item in told.pop("tables").items()
        }
        views = tuple(told.pop("views"))
        facilities = tuple(told.pop("facilities", ()))
        return cls(folder=folder, tables=tables, views=views, facilities=facilities, **told)

    def save(self) -> None:
        """Write the manifest, whole or not at all: from then on the snapshot counts."""
        self._write(MANIFEST)
        self._drop_old_chunks()

    def keep_as_mapped(self) -> None:
        """Note that the mapped tables are those of this snapshot: nobody needs an older one."""
        self._write(MAPPED)
        self._drop_old_chunks()

    def _write(self, manifest: str) -> None:
        told: dict[str, Any] = {
            "name": self.name,
            "system": self.system,
            "flavour": self.flavour,
            "facility": self.facility,
            "zone": self.zone,
            "taken": self.taken,
            "facilities": self.facilities,
            "views": self.views,
            "tables": {
                name: {
                    "shape": item.shape.as_json(),
                    "chunks": [chunk.as_json() for chunk in item.chunks],
                    "withheld": item.withheld,
                }
                for name, item in self.tables.items()
            },
        }
        draft = self.folder / f"{manifest}.draft"
        draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
        draft.replace(self.folder / manifest)

    def _drop_old_chunks(self) -> None:
        """Personal data stand in the newest snapshot only: older chunks go when it is mapped."""
        mapped = mapped_snapshot(self.folder)
        known = [self, mapped] if mapped else [self]
        wanted = {
            chunk.file
            for snapshot in known
            for item in snapshot.tables.values()
            for chunk in item.chunks
        }
        for path in (self.folder / "chunks").iterdir():
            if path.name not in wanted and path.is_file():
                path.unlink()


def mapped_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot that the mapped tables of a source were made of."""
    return Snapshot.load(folder, MAPPED)


@dataclass(frozen=True, slots=True)
class Facts:
    """What names a source in the graph, and how its times are read."""

    name: str
    system: str
    flavour: str
    facility: str
    zone: str | None
    facilities: tuple[str, ...] = ()


def stage(source: Source, folder: Path, facts: Facts, progress: Progress) -> Snapshot:
    """Copy every table of a source into a folder and return the snapshot, which is not saved.

    Parameters
    ----------
    progress
        Called with a table's name and the rows read of it so far.

    Raises
    ------
    Problem
        Where the source goes away or the disk is full. The earlier snapshot stays.
    """
    make_private(folder)
    check_space(folder)
    (folder / "chunks").mkdir(exist_ok=True)
    earlier = Snapshot.load(folder)
    tables: dict[str, StagedTable] = {}
    try:
        with source.reading() as reader:
            for name, shape in source.shapes.items():
                kept, withheld = _columns(shape)
                what = f"table {shape.source_name}"
                rows = reader.rows(source.select(shape, kept), shape.batch, what)
                before = earlier.tables.get(name) if earlier else None
                cuts = [chunk.last for chunk in before.chunks[:-1]] if before else []
                chunks = _stage_table(shape, kept, rows, cuts, folder / "chunks", progress)
                tables[name] = StagedTable(shape, tuple(chunks), withheld)
    except OSError as error:
        raise Problem(
            f"the snapshot cannot be written: {error.strerror or error}",
            where=str(folder),
            todo="free some space or set BEAMGRAPH_DATA_DIR",
        ) from error
    taken = instant_text(datetime.now(UTC))
    return Snapshot(
        folder, facts.name, facts.system, facts.flavour, facts.facility, facts.zone, taken,
        tables, source.views, facilities=facts.facilities,
    )  # fmt: skip


def _columns(shape: Shape) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    kept = tuple(c for c in shape.columns if why_withheld(shape.name, c.name) is None)
    withheld = tuple(c.name for c in shape.columns if c not in kept)
    return kept, withheld


def _stage_table(
    shape: Shape,
    columns: Sequence[Column],
    rows: Batches,
    cuts: list[list[Any]],
    folder: Path,
    progress: Progress,
) -> list[Chunk]:
    """Chunks are written beside the reading, a few at a time, so that little waits in memory."""
    chunks = []
    done = 0
    progress(shape.name, 0)
    with ThreadPoolExecutor(max_workers=WRITERS) as beside:
        waiting: deque[Future[Chunk]] = deque()
        for table in chunks_of(rows, shape, columns, cuts):
            if len(waiting) == WRITERS:
                chunks.append(waiting.popleft().result())
            waiting.append(beside.submit(write_chunk, folder, table, shape, columns))
            done += table.num_rows
            progress(shape.name, done)
        chunks += [chunk.result() for chunk in waiting]
    return chunks
