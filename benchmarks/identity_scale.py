"""Measure how identity grows: records compared a second, up to a million pairs of datasets.

Ours recognises all types at once, keys, pairs and clusters included; Splink gets the raw datasets
alone, whose records are made before.
"""

import sys
from collections.abc import Iterator

import duckdb

from benchmarks.contenders import PEER
from benchmarks.graphs import environment, say, told_by
from benchmarks.identity import SPLINK, records_of
from benchmarks.mapping import staged
from benchmarks.rows import Row

SCALES = (0.01, 0.1, 1.0)
TYPE = "Dataset"


def measure(scale: float | None) -> Iterator[Row]:
    """A row a scale."""
    for size in (scale,) if scale else SCALES:
        yield _measured(size)


def _measured(scale: float) -> Row:
    home = staged(scale)
    told_by(sys.executable, "-m", "benchmarks.recognised", str(home))  # maps what is not mapped yet
    told = told_by(sys.executable, "-m", "benchmarks.recognised", str(home))
    say(f"identity-scale at {scale}: {told}")
    records_of(home)
    records = home / "records" / f"{TYPE}.parquet"
    out = records.with_suffix(".pairs.parquet")
    peer = told_by(environment(*SPLINK), PEER / "splink_identity.py", TYPE, records, out)
    with duckdb.connect() as db:
        ((count,),) = db.execute(f"SELECT count(*) FROM '{records}'").fetchall()
    say(f"identity-scale at {scale}: splink {peer} of {count}")
    value, theirs = told["records"] / told["seconds"], count / peer["seconds"]
    return Row(
        "identity-scale", None, value, "/s", None, {"splink": theirs}, value / theirs, scale,
        megabytes={"ours": told["megabytes"], "splink": peer["megabytes"]},
        more={"records": told["records"], "pairs": told["pairs"]},
    )  # fmt: skip
