"""What records of one thing disagree about, counted and page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from migrators.staging.chain import scan

SHOWN = 20
"""How many conflicts of a property are named in a report; the others are counted."""

COUNTS = """
WITH things AS (
  SELECT label, property, thing, list(record || ': ' || value ORDER BY record) AS says
  FROM {rows} GROUP BY ALL)
SELECT label, property, count(*),
  list_slice(list(thing || ': ' || array_to_string(says, '; ') ORDER BY thing), 1, {shown})
FROM things GROUP BY ALL ORDER BY ALL"""

PAGE = """
SELECT label, property, thing, any_value(believed),
  list({{'record': record, 'value': value}} ORDER BY record)
FROM {rows} WHERE {conditions} GROUP BY ALL ORDER BY label, property, thing LIMIT $limit"""

TOTAL = "SELECT count(DISTINCT (label, property, thing)) FROM {rows} WHERE {conditions}"

Key = tuple[str, str, str]
"""Label, property and thing: by which pages are cut."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A property of which the records of some things say different values."""

    label: str
    property: str
    count: int
    examples: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the records of one thing say of one property, and what the thing says itself.

    `believed` is None where it is a relation: then all that is said stands.
    """

    label: str
    property: str
    thing: str
    believed: str | None
    values: tuple[Mapping[str, str], ...]

    def key(self) -> Key:
        """Where it stands in the order."""
        return self.label, self.property, self.thing


def counted(file: Path | None) -> list[Conflict]:
    """Every property about which records disagree, with examples."""
    if file is None:
        return []
    with duckdb.connect() as db:
        rows = db.execute(COUNTS.format(rows=scan([file]), shown=SHOWN)).fetchall()
    return [Conflict(label, name, count, tuple(told)) for label, name, count, told in rows]


def disagreements(
    file: Path | None,
    label: str | None = None,
    name: str | None = None,
    thing: str | None = None,
    after: Key | None = None,
    limit: int = SHOWN,
) -> list[Disagreement]:
    """Some of them, in the order of label, property and thing, behind a key."""
    if file is None:
        return []
    conditions, parameters = _asked(label, name, thing)
    if after is not None:
        conditions.append("(label, property, thing) > ($l, $p, $t)")
        parameters |= dict(zip("lpt", after, strict=True))
    query = PAGE.format(rows=scan([file]), conditions=" AND ".join(conditions))
    with duckdb.connect() as db:
        rows = db.execute(query, {**parameters, "limit": limit}).fetchall()
    return [
        Disagreement(label, name, thing, believed, tuple(values))
        for label, name, thing, believed, values in rows
    ]


def total(
    file: Path | None, label: str | None = None, name: str | None = None, thing: str | None = None
) -> int:
    """How many there are in all."""
    if file is None:
        return 0
    conditions, parameters = _asked(label, name, thing)
    query = TOTAL.format(rows=scan([file]), conditions=" AND ".join(conditions))
    with duckdb.connect() as db:
        found: Sequence[Any] = db.execute(query, parameters).fetchall()
    return int(found[0][0])


def _asked(
    label: str | None, name: str | None, thing: str | None
) -> tuple[list[str], dict[str, Any]]:
    given = {"label": label, "property": name, "thing": thing}
    parameters = {key: value for key, value in given.items() if value is not None}
    return ["true", *(f"{key} = ${key}" for key in parameters)], parameters
