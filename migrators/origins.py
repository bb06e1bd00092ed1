"""Every source that has a snapshot, mapped, in the order in which they are believed."""

from pathlib import Path

from graph.model import Model
from migrators.identity import Origin
from migrators.mapping import mapped_of, read_mapping
from migrators.progress import Tell, quiet
from migrators.staging import Snapshot
from migrators.systems import SYSTEMS


def origins_of(data_dir: Path, mine: Path | None, model: Model, tell: Tell = quiet) -> list[Origin]:
    """Every source that has a snapshot, in rank: that of its system, then by name.

    Parameters
    ----------
    mine
        The folder of the source that is migrated: of a dry run another one than that of its
        last true run.
    """
    rank = list(SYSTEMS)
    found = []
    folders = {path.name: path for path in (data_dir / "sources").glob("*")}
    if mine is not None:
        folders[mine.name] = mine
    for _, folder in sorted(folders.items()):
        snapshot = Snapshot.load(folder)
        if snapshot is not None:
            mapping = read_mapping(f"migrators.{snapshot.system}")
            mapped = mapped_of(snapshot, mapping, model, tell)
            origin = Origin(snapshot.name, mapped, mapping, snapshot.system, snapshot.facility)
            found.append((rank.index(snapshot.system), origin))
    return [origin for _, origin in sorted(found, key=lambda item: (item[0], item[1].name))]
