"""Every source that has a snapshot, mapped, in the order in which they are believed."""

import json
from collections.abc import Sequence
from pathlib import Path

from graph.model import Model
from graph.problem import Problem
from migrators.identity import Origin
from migrators.mapping import mapped_of
from migrators.mapping.facilities import mapping_of
from migrators.named_sources import folder_of, known_names
from migrators.progress import Tell, quiet
from migrators.staging import Snapshot
from migrators.systems import SYSTEMS

RANK = "rank.json"


def origins_of(data_dir: Path, mine: Path | None, model: Model, tell: Tell = quiet) -> list[Origin]:
    """Every source that has a snapshot, in rank: as persons ordered them, then that of its system.

    Parameters
    ----------
    mine
        The folder of the source that is migrated: of a dry run another one than that of its
        last true run.
    """
    known, systems = load_rank(data_dir), list(SYSTEMS)
    found = []
    folders = {name: folder_of(data_dir, name) for name in known_names(data_dir)}
    if mine is not None:
        folders[mine.name] = mine
    for _, folder in sorted(folders.items()):
        snapshot = Snapshot.load(folder)
        if snapshot is not None:
            mapping = mapping_of(snapshot)
            mapped = mapped_of(snapshot, mapping, model, tell)
            origin = Origin(snapshot.name, mapped, mapping, snapshot.system, snapshot.facility)
            first = known.index(origin.name) if origin.name in known else len(known)
            found.append((first, systems.index(snapshot.system), origin.name, origin))
    return [origin for *_, origin in sorted(found, key=lambda item: item[:3])]


def load_rank(data_dir: Path) -> list[str]:
    """The names of sources that persons put in order, the most trusted first.

    Raises
    ------
    Problem
        Where the file cannot be read: another order would give things other names.
    """
    file = data_dir / RANK
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return [str(name) for name in told]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise Problem(
            "this is no list of names of sources",
            where=str(file),
            todo="remove the file, and set the order again with beamgraph identity rank",
        ) from error


def keep_rank(data_dir: Path, names: Sequence[str]) -> None:
    """Keep an order, whole or not at all."""
    draft = data_dir / f"{RANK}.draft"
    draft.write_text(json.dumps(list(names)), encoding="utf-8")
    draft.replace(data_dir / RANK)
