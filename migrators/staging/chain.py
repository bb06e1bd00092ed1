"""Tables kept as a first state and what changed since: a chain of generations, each a folder.

A generation is written whole before the chain names it, and is never written again. What a later
generation says of a key takes the place of what earlier ones said; so a daily run writes what
changed, and nothing else. A table of a generation is one file, or several with a number each,
as it was made in one part or in several.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.engine.embedded import make_private

CHAIN = "chain.json"
GROUP = 16_384
"""Rows of a row group of Parquet."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The generations of a folder, the oldest first; `told` is whatever its owner notes beside."""

    folder: Path
    generations: tuple[int, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Chain":
        """The chain of a folder; without generations where there is none."""
        try:
            known = json.loads((folder / CHAIN).read_text(encoding="utf-8"))
            return cls(folder, tuple(known["generations"]), known["told"])
        except (OSError, ValueError, KeyError):
            return cls(folder)

    @property
    def last(self) -> int:
        """The number of the newest generation; 0 where there is none."""
        return self.generations[-1] if self.generations else 0

    def place(self, generation: int) -> Path:
        """The folder of a generation."""
        return self.folder / f"{generation:06d}"

    def begin(self) -> tuple[int, Path]:
        """The number and the empty folder of the next generation, which does not count yet."""
        make_private(self.folder)
        number = self.last + 1
        folder = self.place(number)
        shutil.rmtree(folder, ignore_errors=True)
        make_private(folder)
        return number, folder

    def with_generation(self, number: int, told: dict[str, Any], *, anew: bool) -> "Chain":
        """Name a generation that is whole; `anew` where nothing before it counts any more."""
        older = () if anew else self.generations
        chain = Chain(self.folder, (*older, number), told)
        chain.save()
        return chain

    def noting(self, told: dict[str, Any]) -> "Chain":
        """The same generations, with something else noted beside."""
        chain = Chain(self.folder, self.generations, told)
        chain.save()
        return chain

    def save(self) -> None:
        """Write the chain, whole or not at all, and remove what it does not name."""
        text = json.dumps({"generations": self.generations, "told": self.told}, indent=1)
        draft = self.folder / f"{CHAIN}.draft"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.folder / CHAIN)
        wanted = {self.place(number).name for number in self.generations}
        for path in self.folder.iterdir():
            if path.is_dir() and path.name.isdigit() and path.name not in wanted:
                shutil.rmtree(path)

    def files(self, generation: int, name: str) -> list[Path]:
        """The files of a table in a generation."""
        return files_of(self.place(generation), name)

    def names(self, start: str) -> list[str]:
        """The tables that any generation has whose name starts so."""
        found = (self.place(number).glob(f"{start}*.parquet") for number in self.generations)
        return sorted({path.name.split(".")[0] for paths in found for path in paths})

    def upto(self, generation: int) -> "Chain":
        """The chain as it was when that generation was its newest."""
        return Chain(self.folder, tuple(n for n in self.generations if n <= generation), self.told)


def files_of(folder: Path, name: str) -> list[Path]:
    """The files of a table in a folder."""
    return sorted([*folder.glob(f"{name}.parquet"), *folder.glob(f"{name}.*.parquet")])


def union(parts: Sequence[str]) -> str:
    """Several queries one below the other, matched by the names of their columns; of none, none."""
    return "".join(parts) if len(parts) < 2 else " UNION ALL BY NAME ".join(f"({p})" for p in parts)


def quoted(name: str) -> str:
    """A name in a statement, whatever letters it has."""
    return '"' + name.replace('"', '""') + '"'


def scan(paths: Sequence[Path]) -> str:
    """The rows of Parquet files, as a table of a query."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # Folders are named as the writer of parts names them; that is no column.
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def copy(text: str, file: Path) -> str:
    """The statement that writes a query to a file.

    Row groups are small: of a table with hundreds of columns a group of the usual size does not
    fit in the memory that a migration may use, and goes through the disk.
    """
    place = str(file).replace("'", "''")
    return f"COPY ({text}) TO '{place}' (FORMAT parquet, ROW_GROUP_SIZE {GROUP})"
