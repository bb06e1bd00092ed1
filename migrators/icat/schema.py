"""The entities of ICAT: their tables, attributes and relations, read from a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ontologies.tables import read_table

PACKAGE = "migrators.icat"
ENUMS = {
    ("ParameterType", "valueType"): ("DATE_AND_TIME", "NUMERIC", "STRING"),
    ("Study", "status"): ("NEW", "IN_PROGRESS", "COMPLETE", "CANCELLED"),
}
"""Enumerations are stored as the place of the word (JPA's ORDINAL)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entity.

    `kind` is `value`, `one` (a reference: `target` is the entity), `many` (`target` is
    `Entity.attribute` of the member that refers back) or `audit`; `since` the version that
    brought it, empty for those that every version from 4.10 on has; `until` the last that has it.
    """

    name: str
    kind: Literal["value", "one", "many", "audit"]
    column: str
    type: str
    required: bool
    key: bool
    target: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity and its table."""

    name: str
    table: str
    attributes: Mapping[str, Attribute]

    @property
    def columns(self) -> tuple[Attribute, ...]:
        """The attributes that are columns of the table."""
        return tuple(item for item in self.attributes.values() if item.column)


@cache
def entities() -> Mapping[str, Entity]:
    """Every entity of ICAT 4.10 to 7.0 by its name."""
    found: dict[str, dict[str, Attribute]] = {}
    tables: dict[str, str] = {}
    for row in read_table(PACKAGE, "schema.tsv"):
        tables[row["entity"]] = row["table"]
        found.setdefault(row["entity"], {})[row["attribute"]] = Attribute(
            row["attribute"],
            row["kind"],  # type: ignore[arg-type]
            row["column"],
            row["type"],
            row["required"] == "yes",
            row["key"] == "yes",
            row["target"],
            row["since"],
            row["until"],
        )
    return {name: Entity(name, tables[name], items) for name, items in found.items()}
