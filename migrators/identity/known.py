"""What is known of the records of a label: the keys they are recognised by, side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from migrators.identity.origin import Origin
from migrators.staging.chain import union

TOLD: Mapping[str, tuple[str, ...]] = {
    "Dataset": (
        "name", "kind", "location", "fileTemplate", "firstImageNumber", "numberOfImages",
        "prefix", "runNumber", "startTime", "complete",
    ),
    "Investigation": ("startTime",),
    "Sample": (),
    "Person": (),
}  # fmt: skip
"""Properties that take part in the comparison, beside the keys, for every label compared."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "Dataset": ("collection", "proposal", "instrument", "group", "trailing"),
    "Investigation": ("proposal", "instrument", "visit"),
    "Sample": ("proposal", "label", "pid"),
    "Person": ("login", "orcid"),
}
"""The keys of `migrators/*/keys.tsv`, for every label compared."""


def know(db: Any, origins: Sequence[Origin], label: str) -> None:
    """Make the table `known_<label>`: record, source, system, facility, properties, keys."""
    selects = [_of(db, origin, label) for origin in origins if origin.mapped.keys(label)]
    body = " UNION ALL ".join(selects) or _nothing(label)
    db.raw_sql(f"CREATE OR REPLACE TEMP TABLE known_{label} AS {body}")


def _nothing(label: str) -> str:
    names = ("record", "source", "system", "facility", *TOLD[label], *KEYS[label])
    return "SELECT " + ", ".join(f'NULL::VARCHAR AS "{name}"' for name in names) + " WHERE false"


def _of(db: Any, origin: Origin, label: str) -> str:
    files, told = origin.mapped.keys(label), origin.mapped.told(label)
    there = _columns(db, files)
    spoken = _columns(db, told) if told else set()
    keys = [f'k."{n}"' if n in there else f'NULL::VARCHAR AS "{n}"' for n in KEYS[label]]
    said = [f't."{n}"' if n in spoken else f'NULL::VARCHAR AS "{n}"' for n in TOLD[label]]
    wanted = [name for name in TOLD[label] if name in spoken]
    head = f"'{origin.name}' AS source, '{origin.system}' AS system, '{origin.slug}' AS facility"
    text = f"SELECT k.record, {', '.join([head, *said, *keys])} FROM {_read(files)} k"
    if wanted:
        firsts = ", ".join(f'any_value("{name}")::VARCHAR AS "{name}"' for name in wanted)
        text += (
            f" LEFT JOIN (SELECT record, {firsts} FROM {_read(told)} GROUP BY record) t"
            " ON t.record = k.record"
        )
    return text


def _columns(db: Any, queries: Sequence[str]) -> set[str]:
    found = db.raw_sql(f"DESCRIBE SELECT * FROM {_read(queries)}").fetchall()
    return {row[0] for row in found}


def _read(queries: Sequence[str]) -> str:
    return f"({union(queries)})"
