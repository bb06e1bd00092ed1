"""A value of a dump file as the database would hold it, alike from YAML and from XML.

What SQLite has no form for stays the text that the dump tells: a number beyond 64 bits, one that
is not finite, an instant that has no UTC within the years 1 to 9999.
"""

import math
from datetime import UTC, datetime
from typing import Any

from migrators.icat.schema import ENUMS, Attribute, Entity

TRUE, FALSE = ("true", "1"), ("false", "0")
LARGEST = 2**63


def plain(entity: Entity, item: Attribute, value: Any) -> Any:
    """A value of an attribute.

    Raises
    ------
    ValueError
        Where it is none of the attribute's type.
    """
    words = ENUMS.get((entity.name, item.name))
    is_text = not words and not item.type.startswith(("TINYINT", "DATETIME", "BIGINT", "INTEGER"))
    is_text = is_text and item.type != "DOUBLE"
    if value is None or (value == "" and not is_text):
        return None
    text = _one(value)
    if words:
        return words.index(text.upper())
    if item.type.startswith("TINYINT"):
        return _truth(text.strip().lower())
    if item.type == "DATETIME":
        return _utc(text.strip())
    if item.type in ("BIGINT", "INTEGER"):
        number = int(text)
        return number if -LARGEST <= number < LARGEST else text.strip()
    if item.type == "DOUBLE":
        return float(text) if math.isfinite(float(text)) else text.strip()
    return text


def _one(value: Any) -> str:
    if isinstance(value, dict | list | set | tuple):
        raise ValueError("several values")  # noqa: TRY004 - for whoever reads the dump
    return str(value)


def _truth(text: str) -> int:
    if text not in (*TRUE, *FALSE):
        raise ValueError("neither true nor false")
    return int(text in TRUE)


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return text
    return moment.isoformat(sep=" ")
