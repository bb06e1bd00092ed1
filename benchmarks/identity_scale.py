"""Measure how identity grows: records compared a second, up to a million pairs of datasets.

Ours recognises all types at once, keys, pairs and clusters included; Splink gets the raw datasets
alone, whose records are made before, up to a tenth of that: it needs 6.4 GB for 152 thousand of
them, and for 1.5 million more than the 23 GB of the machine on which that was tried.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.contenders import PEER
from benchmarks.graphs import environment, say, told_by
from benchmarks.identity import SPLINK, records_of
from benchmarks.mapping import staged
from benchmarks.rows import Row

SCALES = (0.014, 0.14, 1.4)
"""Ten thousand, a hundred thousand and a million pairs of datasets."""

TYPE = "Dataset"
LARGEST = 0.14


def measure(scale: float | None) -> Iterator[Row]:
    """A row a scale."""
    for size in (scale,) if scale else SCALES:
        yield _measured(size)


def _measured(scale: float) -> Row:
    home = staged(scale)
    told_by(sys.executable, "-m", "benchmarks.recognised", str(home))  # maps what is not mapped yet
    told = told_by(sys.executable, "-m", "benchmarks.recognised", str(home))
    say(f"identity-scale at {scale}: {told}")
    value = told["records"] / told["seconds"]
    memory = {"ours": told["megabytes"]}
    peers = {}
    if scale <= LARGEST:
        peers["splink"], memory["splink"] = _splink(scale, home)
    return Row(
        "identity-scale", None, value, "/s", None, peers,
        value / peers["splink"] if peers else None, scale,
        megabytes=memory, more={"records": told["records"], "pairs": told["pairs"]},
    )  # fmt: skip


def _splink(scale: float, home: Path) -> tuple[float, float]:
    """Records a second and megabytes of the peer."""
    records_of(home)
    records = home / "records" / f"{TYPE}.parquet"
    out = records.with_suffix(".pairs.parquet")
    told = told_by(environment(*SPLINK), PEER / "splink_identity.py", TYPE, records, out)
    with duckdb.connect() as db:
        ((count,),) = db.execute(f"SELECT count(*) FROM '{records}'").fetchall()
    say(f"identity-scale at {scale}: splink {told} of {count}")
    return count / told["seconds"], told["megabytes"]
