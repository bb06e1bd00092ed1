"""The id of a source record: `source:table:key`."""

from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import StringValue, Value

ENCODED = {"%": "%25", ",": "%2C", ":": "%3A", " ": "%20"}
"""What would be taken for a separator in the id of a record."""


def record_id(source: str, table: str, parts: Sequence[Value]) -> StringValue:
    """`source:table:key`, several key parts joined by a comma, percent-encoded."""
    texts = [escaped(part.cast("string")) for part in parts]
    key = reduce(lambda left, right: left + "," + right, texts)
    return ibis.literal(f"{source}:{table}:") + key


def escaped(text: Value) -> StringValue:
    """Percent-encode what would be taken for a separator."""
    for character, code in ENCODED.items():
        text = text.replace(character, code)
    return text


def record_sql(source: str, table: str, parts: Sequence[str]) -> str:
    """The same as `record_id`, of expressions of SQL that give texts."""
    for character, code in ENCODED.items():
        parts = [f"replace({part}, '{character}', '{code}')" for part in parts]
    return f"'{source}:{table}:' || " + " || ',' || ".join(parts)
