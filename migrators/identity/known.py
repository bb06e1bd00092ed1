"""What is known of the records of a label: the keys they are recognised by, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from migrators.identity.origin import Origin
from migrators.mapping.facilities import KEY as PLACE
from migrators.mapping.parts import divided, parts_of

TOLD: Mapping[str, tuple[str, ...]] = {
    "Dataset": (
        "name", "kind", "location", "fileTemplate", "firstImageNumber", "numberOfImages",
        "prefix", "runNumber", "startTime", "complete", "stage",
    ),
    "Processing": ("startTime",),
    "Investigation": ("startTime",),
    "Sample": (),
    "Person": ("familyName", "givenName"),
}  # fmt: skip
"""Properties that take part in the comparison, beside the keys, for every label compared."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "Dataset": ("collection", "proposal", "instrument", "group", "trailing", "run"),
    "Processing": ("program", "proposal"),
    "Investigation": ("proposal", "instrument", "visit"),
    "Sample": ("proposal", "label", "pid"),
    "Person": ("login", "orcid"),
}
"""The keys of `migrators/*/keys.tsv`, for every label compared."""


ROWS = 500_000
"""About so many rows of what records say are gathered at once."""


def know(db: Any, origins: Sequence[Origin], label: str, drafts: Path) -> None:
    """Make the table `known_<label>`: record, source, system, facility, properties, keys."""
    db.raw_sql(f"CREATE OR REPLACE TEMP TABLE known_{label} AS {_nothing(label)}")
    for origin in origins:
        for text in _of(db, origin, label, drafts / f"{label}-{origin.name}"):
            db.raw_sql(f"INSERT INTO known_{label} BY NAME {text}")


def _nothing(label: str) -> str:
    names = ("record", "source", "system", "facility", *TOLD[label], *KEYS[label])
    return "SELECT " + ", ".join(f'NULL::VARCHAR AS "{name}"' for name in names) + " WHERE false"


def _of(db: Any, origin: Origin, label: str, drafts: Path) -> Iterator[str]:
    """Queries of what one source knows, in parts: all of a record in one."""
    files = origin.mapped.together(f"keys-{label}-")
    if not files:
        return
    told = origin.mapped.together(f"told-{label}-")
    there, spoken = _columns(db, files), _columns(db, told) if told else set()
    keys = [f'"{name}"' for name in KEYS[label] if name in there]
    said = [f'"{name}"' for name in TOLD[label] if name in spoken]
    kept = [*keys, PLACE] if PLACE in there else keys
    rows = f"SELECT {', '.join(['true AS known', 'record', *kept])} FROM ({files})"
    if said:
        rows += f" UNION ALL BY NAME SELECT {', '.join(['record', *said])} FROM ({told})"
    place = f"'{origin.slug}'"
    if PLACE in there:  # of a source of several facilities each row has its own
        place = f"coalesce(k.{PLACE}, {place})"
    head = f"'{origin.name}' AS source, '{origin.system}' AS system, {place} AS facility"
    columns = ", ".join([head, "k.record", *(f"k.{name}" for name in keys)])
    columns += "".join(f", t.{name}" for name in said)
    firsts = "".join(f", any_value({name})::VARCHAR AS {name}" for name in said)
    for part in divided(db, [rows], "record", parts_of(db, f"({rows})", ROWS), drafts):
        yield (
            f"WITH said AS ({part}) SELECT {columns} FROM (FROM said WHERE known) k LEFT JOIN "
            f"(SELECT record{firsts} FROM said WHERE known IS NULL GROUP BY record) t "
            "ON t.record = k.record"
        )


def _columns(db: Any, query: str) -> set[str]:
    return {row[0] for row in db.raw_sql(f"DESCRIBE {query}").fetchall()}
