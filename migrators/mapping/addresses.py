"""The id of a source record: `source:table:key`."""

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
from ibis.expr.types import StringValue, Value

from migrators.mapping.spelling import HIGH, KEPT_BY_URL, key_in_id

ENCODED = {"%": "%25", ",": "%2C", ":": "%3A", " ": "%20"}
"""What would be taken for a separator in the id of a record."""


def record_id(source: str, table: str, parts: Sequence[Value]) -> StringValue:
    """`source:table:key`, several key parts joined by a comma, percent-encoded."""
    texts = [
        part.cast("string") if part.type().is_integer() else escaped(part.cast("string"))
        for part in parts
    ]
    key = reduce(lambda left, right: left + "," + right, texts)
    return ibis.literal(f"{source}:{table}:") + key


def escaped(text: Value) -> StringValue:
    """Percent-encode what would be taken for a separator, and texts that sort differently."""
    plain = text
    for character, code in ENCODED.items():
        plain = plain.replace(character, code)
    return key_in_id(text, plain)


def record_sql(source: str, table: str, parts: Sequence[str]) -> str:
    """The same as `record_id`, of expressions of SQL that give texts."""
    return f"'{source}:{table}:' || " + " || ',' || ".join(map(_escaped_sql, parts))


def _escaped_sql(text: str) -> str:
    plain = _replaced(text, ENCODED)
    strange = f"regexp_matches({text}, '{HIGH}') OR nfc_normalize({plain}) <> {plain}"
    encoded = _replaced(f"url_encode({text})", KEPT_BY_URL)
    return (
        f"CASE WHEN strlen({text}) = length({text}) THEN {plain} "
        f"WHEN {strange} THEN {encoded} ELSE {plain} END"
    )


def _replaced(text: str, codes: Mapping[str, str]) -> str:
    for character, code in codes.items():
        text = f"replace({text}, '{character}', '{code}')"
    return text
