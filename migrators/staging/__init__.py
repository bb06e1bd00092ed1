"""Copy a source as it is: every table, column and row, into Parquet.

A snapshot counts only when its manifest is written; a chunk that has not changed is
the file of the earlier snapshot.
"""

from migrators.staging.access import Access
from migrators.staging.address import parse_address
from migrators.staging.secrets import LeftOut, left_out
from migrators.staging.shape import Column, ForeignKey, Shape
from migrators.staging.snapshot import Snapshot, stage
from migrators.staging.source import Source, open_source

__all__ = [
    "Access",
    "Column",
    "ForeignKey",
    "LeftOut",
    "Shape",
    "Snapshot",
    "Source",
    "left_out",
    "open_source",
    "parse_address",
    "stage",
]
