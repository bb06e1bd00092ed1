"""The sources of a data directory by their names: a name is no path, whoever gives it."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph.problem import Problem
from migrators.staging import Snapshot

FOLDER = "sources"
LONGEST = 64
NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")


def checked_name(name: str) -> str:
    """The name of a source, which becomes a folder and part of ids and statements.

    Raises
    ------
    Problem
        Where it has other letters than these.
    """
    if NAME.fullmatch(name) is None:
        raise Problem(
            f"{name[:LONGEST]!r} cannot be the name of a source",
            where="--as",
            todo=f"a name is 1 to {LONGEST} of the letters A to Z, a to z, 0 to 9, - and _",
        )
    return name


def folder_of(data_dir: Path, name: str) -> Path:
    """Where the snapshot of a source lies; the name is checked."""
    return data_dir / FOLDER / checked_name(name)


def known_names(data_dir: Path) -> Iterator[str]:
    """The names under which something was migrated, in order."""
    for path in sorted((data_dir / FOLDER).glob("*")):
        if NAME.fullmatch(path.name) and path.is_dir():
            yield path.name


def known_snapshot(data_dir: Path, name: str) -> Snapshot | None:
    """The newest snapshot of a source; None where nothing was migrated under that name.

    Raises
    ------
    Problem
        Where its manifest is damaged.
    """
    return Snapshot.load(folder_of(data_dir, name)) if NAME.fullmatch(name) else None
