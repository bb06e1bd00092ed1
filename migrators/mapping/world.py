"""How things are called in the world: proposals, instruments, techniques, DOIs, structures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce

import ibis
from ibis.expr.types import StringValue, Value

from migrators.mapping.spelling import name_in_id
from ontologies.tables import read_table

DOI_HEAD = r"^(https?://(dx\.)?doi\.org/|doi:\s*)"
DOI = r"^10\.\d{4,9}/\S+$"


@dataclass(frozen=True, slots=True)
class World:
    """How a thing is named by what it is called in the world."""

    prefix: str
    parts: tuple[str, ...]
    place: str = ""
    """The path to the facility of a row, where the source holds several."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that the name is made of."""
        return (*self.parts, self.place) if self.place else self.parts

    @classmethod
    def parse(cls, told: str) -> "World":
        """Read `proposal:proposalCode,proposalNumber`, or `proposal:NAME of PATH`."""
        prefix, columns = told.split(":")
        parts, _, place = columns.partition(OF)
        return cls(prefix, tuple(parts.split(",")), place)


OF = " of "
"""Stands before the path to a row's facility."""


def slug(name: str) -> str:
    """A name as part of an id: lower case, white space to dashes."""
    return re.sub(r"\s+", "-", name.strip().lower()).replace(":", "-")


def slug_of(name: Value) -> StringValue:
    """The same of a column."""
    text = tidy(name).re_replace(r"\s+", "-")
    return text.replace(":", "-")


def world_id(
    prefix: str, parts: Sequence[Value], facility: str, own: Value | None = None
) -> StringValue:
    """The id of a thing by its name in the world, null where a part of the name is missing.

    Parameters
    ----------
    facility, own
        What the source is called, and what a row of it says itself.
    """
    return name_in_id(_world_id(prefix, parts, facility, own))


def _world_id(prefix: str, parts: Sequence[Value], facility: str, own: Value | None) -> StringValue:
    text = reduce(lambda left, right: left + right, [tidy(part) for part in parts])
    if prefix in ("proposal", "instrument"):
        name = proposal(text) if prefix == "proposal" else beamline(text)
        if own is None:
            return ibis.literal(f"{prefix}:{slug(facility)}:") + name
        place = ibis.coalesce(slug_of(own), ibis.literal(slug(facility)))
        return ibis.literal(f"{prefix}:") + place + ":" + name
    if prefix == "technique":
        return ibis.literal("technique:") + iri(parts[0])
    if prefix == "publication":
        found = doi(parts[0])
        return ibis.literal("publication:") + found.re_search(DOI).ifelse(found, None)
    if prefix == "datapublication":
        return ibis.literal("datapublication:") + doi(parts[0])
    return ibis.literal(f"{prefix}:") + text


def tidy(value: Value) -> StringValue:
    """Text in lower case without white space around it; an empty text is none."""
    return value.cast("string").strip().nullif("").lower()


def proposal(text: StringValue) -> StringValue:
    """`MX-0415`, `mx415` and code `MX` with number `415` are one proposal: `mx415`."""
    plain = _aliased("proposal", text.re_replace(r"[\s\-]+", ""))
    return plain.re_replace(r"^([a-z]+)0+(\d)", r"\1\2")


def beamline(text: StringValue) -> StringValue:
    """`ID23-1`, `id23-1` and the path's `id23eh1` are one beamline."""
    return _aliased("instrument", text.re_replace(r"\s+", "-"))


def doi(value: Value) -> StringValue:
    """A DOI or other persistent identifier, bare and in lower case."""
    return tidy(value).re_replace(DOI_HEAD, "").nullif("")


def iri(value: Value) -> StringValue:
    """The IRI of a term; `PaNET:PaNET01217` is the short form of one."""
    text = value.cast("string").strip().nullif("")
    return text.re_replace(r"^PaNET:", "http://purl.org/pan-science/PaNET/")


@cache
def aliases(kind: str) -> tuple[tuple[str, str], ...]:
    """Patterns of other spellings of a kind of name, and what they stand for."""
    rows = read_table("migrators.mapping", "aliases.tsv")
    return tuple((row["pattern"], row["name"]) for row in rows if row["kind"] == kind)


def _aliased(kind: str, text: StringValue) -> StringValue:
    for pattern, name in aliases(kind):
        text = text.re_replace(pattern, name)
    return text
