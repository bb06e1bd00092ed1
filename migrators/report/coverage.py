"""What becomes of every column of a source, as its mapping decides."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from migrators.mapping import Mapping as Rules
from migrators.mapping.touched import Place, touched
from migrators.staging import Snapshot
from migrators.staging.secrets import why_withheld

Fate = Literal["mapped", "kept", "left out", "withheld", "undecided"]
FATES: tuple[Fate, ...] = ("mapped", "kept", "left out", "withheld", "undecided")
"""Read by a rule; standing in a source record; left out for a written reason; never staged for a
written reason; and not known to anybody here."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One column of a source, what becomes of it, and why it is not in the graph."""

    table: str
    column: str
    fate: Fate
    why: str = ""

    def as_json(self) -> dict[str, str]:
        """For machines."""
        return asdict(self)


def coverage(snapshot: Snapshot, mapping: Rules, known: frozenset[Place]) -> list[Covered]:
    """Every column of every table of a snapshot.

    Parameters
    ----------
    known
        The tables and columns that the mapping was written for, in lower case: a column beyond
        them is undecided, though it may stand in a record.
    """
    judge = _Judge(mapping, known)
    return [
        judge.of(name, column.source_name)
        for name, table in snapshot.tables.items()
        for column in table.shape.columns
    ]


class _Judge:
    def __init__(self, mapping: Rules, known: frozenset[Place]) -> None:
        self._read = touched(mapping)
        self._known = known
        self._nodes = {rule.table.lower() for rule in mapping.nodes}
        self._folds = {rule.table.lower(): rule for rule in mapping.folded}
        self._out = {
            (rule.table.lower(), rule.column.lower()): rule.why for rule in mapping.left_out
        }

    def of(self, table: str, column: str) -> Covered:
        """What becomes of one column."""
        place = (table.lower(), column.lower())
        why = why_withheld(table, column)
        if why is not None:
            return Covered(table, column, "withheld", why)
        if place in self._read:
            return Covered(table, column, "mapped")
        if place in self._out:
            return Covered(table, column, "left out", self._out[place])
        return self._rest(table, column, place)

    def _rest(self, table: str, column: str, place: Place) -> Covered:
        fold = self._folds.get(place[0])
        stands = place[0] in self._nodes or (fold is not None and not fold.counted)
        if stands and place in self._known:
            return Covered(table, column, "kept")
        if stands:
            return Covered(table, column, "undecided", "stands in the record as it is")
        whole = self._out.get((place[0], "*"))
        if whole is not None and (fold is not None or place in self._known):
            return Covered(table, column, "left out", whole)
        return Covered(table, column, "undecided", "stands in the snapshot only")


def counted(found: Iterable[Covered]) -> dict[str, dict[str, int]]:
    """How many columns of every table have which fate."""
    counts: dict[str, Counter[str]] = {}
    for item in found:
        counts.setdefault(item.table, Counter())[item.fate] += 1
    return {table: dict(count) for table, count in counts.items()}


def excluded(mapping: Rules) -> Mapping[str, str]:
    """The tables that are left out whole, in lower case, and why."""
    spoken = {name.lower() for name in mapping.tables}
    return {
        rule.table.lower(): rule.why
        for rule in mapping.left_out
        if rule.column == "*" and rule.table.lower() not in spoken
    }


def undecided(found: Iterable[Covered]) -> Iterator[Covered]:
    """The columns that nobody has decided about."""
    return (item for item in found if item.fate == "undecided")
