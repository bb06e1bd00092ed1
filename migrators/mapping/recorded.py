"""What the source said, beside a value that was converted: its name, its unit, its text.

Kept as one JSON object on the entity, `asRecorded`, for those values that are not what the
source says: an engineer sees at a glance that 0.401936 was 40.1936 %. Of every other value the
text stands in the row of its source record.
"""

from collections.abc import Mapping

import ibis
from ibis.expr.types import StringValue, Value

from migrators.mapping.numbers import number
from migrators.mapping.things import json_of
from ontologies import quantities

CONVERTING = ("thousand", "tenth", "percent", "fraction", "mass", "scan_end", "unswap")
"""Transforms after which a number is not the one of the source, or not of that column."""

PROPERTY = "asRecorded"


def said(column: str, crosswalk: str, raw: Value, value: Value, *, always: bool) -> Value:
    """Name, unit and text of a source value; null where the value is the source's own."""
    known = quantities().get(crosswalk)
    unit = known.ispyb_unit if known else ""
    told = ibis.struct(
        {"column": ibis.literal(column), "unit": ibis.literal(unit), "raw": raw.cast("string")}
    )
    differs = ibis.literal(True) if always else number(raw) != value
    return (raw.notnull() & differs).ifelse(told, ibis.null(told.type()))


def spoken(
    column: str, unit: Value, silent: str, raw: Value, measured: Value, value: Value
) -> Value:
    """Name, unit and text of a parameter; null where the value is the source's own."""
    told = ibis.struct(
        {
            "column": ibis.literal(column),
            "unit": ibis.coalesce(unit.cast("string"), silent),
            "raw": raw.cast("string"),
        }
    )
    differs = ibis.coalesce(measured != value, True)
    return (raw.notnull() & differs).ifelse(told, ibis.null(told.type()))


def as_recorded(parts: Mapping[str, Value]) -> StringValue:
    """One JSON object of what was said of each property; null where nothing differs."""
    return json_of(dict(parts)).nullif("{}")
