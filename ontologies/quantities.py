"""Quantities: what ISPyB, ICAT, CIF and NeXus call one thing, and each side's unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Quantity:
    """One row of the crosswalk.

    `unit` is the canonical unit; `conversion` how the sides come to it; `conflict` and
    `note` what to beware of (a unit that differs inside one database, a swapped axis).
    """

    id: str
    concept: str
    unit: str
    ispyb: str
    ispyb_unit: str
    icat: str
    icat_unit: str
    cif: str
    mmcif: str
    nexus: str
    conversion: str
    conflict: str
    note: str


@cache
def quantities() -> Mapping[str, Quantity]:
    """Every quantity by its id, `xw036`."""
    return {
        row["id"]: Quantity(
            row["id"],
            row["concept"],
            row["canonical_unit"],
            row["ispyb_column"],
            row["ispyb_unit"],
            row["icat"],
            row["icat_unit"],
            row["cif_core_or_img"],
            row["mmcif"],
            row["nexus_path"],
            row["conversion_to_canonical"],
            row["unit_conflict"],
            row["note"],
        )
        for row in read_table("ontologies", "quantities.tsv")
    }
