"""The same expressions give the same tables on DuckDB and on Spark."""

import gc
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.model import default_model
from migrators.mapping import read_mapping
from migrators.mapping.mapped import connect
from migrators.mapping.mapper import open_views, staged_of, tables_of
from migrators.mapping.spark import tables_on_spark
from migrators.mapping.transforms import Context
from migrators.run import Order
from migrators.staging import Snapshot
from tests.conftest import missing
from tests.parts.ispyb import sqlite_chain
from tests.parts.pair import PLACE, Pair
from tests.parts.wanted import told

# py4j leaves the sockets of its answers to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("server"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        missing("Java for Spark")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.sql.shuffle.partitions", "2")
    session = builder.config("spark.sql.ansi.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    gc.collect()


def snapshot_of(system: str, folder: Path) -> Snapshot:
    """ISPyB's real chain, or an ICAT that keeps what it knows in parameters."""
    if system == "ispyb":
        url = sqlite_chain("dls", folder).url
        told(folder / "data", Order("ispyb", url, "ispyb", zone="Europe/London"))
    else:
        pair = Pair(folder)
        pair.collection(7)
        first, second = pair.dataset(7), pair.dataset(None, name="run_02", location="/x/y")
        for key, name, told_ in (
            (first, "MX_template", {"string": "a_2_%04d.h5"}),
            (first, "MX_transmission", {"number": 12.5, "unit": "%"}),
            (second, "InstrumentMonochromator_energy", {"number": 12.4, "unit": "keV"}),
            (second, "input_datasets", {"string": PLACE}),
            (second, "of no table", {"string": 'a "quoted" µ'}),
        ):
            pair.icat.parameter("Dataset", key, name, **told_)
        pair.told()
    found = Snapshot.load(folder / "data" / "sources" / system)
    assert found is not None
    return found


def plain(value: Any) -> Any:
    """A value as both engines tell it: JSON as what it says, numbers to twelve digits."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(plain(json.loads(value)), sort_keys=True)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def rows(told_: list[dict[str, Any]]) -> list[str]:
    return sorted(
        json.dumps({name: plain(value) for name, value in row.items()}, sort_keys=True, default=str)
        for row in told_
    )


@pytest.mark.parametrize(("system", "least"), [("ispyb", 200), ("icat", 40)])
def test_every_table_is_the_same(spark: Any, tmp_path: Path, system: str, least: int) -> None:
    snapshot = snapshot_of(system, tmp_path)
    mapping, model = read_mapping(f"migrators.{system}"), default_model()
    backend = connect(tmp_path / "duckdb")
    staged = staged_of(backend, snapshot, mapping)
    staged.keep = lambda table, text: backend.raw_sql(f'CREATE TEMP TABLE "{table}" AS {text}')
    open_views(staged)
    context = Context(snapshot.flavour, snapshot.facility, snapshot.zone)
    here = tables_of(staged, mapping, model, context)
    count = 0
    for table, frame in tables_on_spark(spark, snapshot, mapping, model):
        there = rows([row.asDict(recursive=True) for row in frame.collect()])
        assert rows(backend.to_pyarrow(here[table]).to_pylist()) == there, table
        count += len(there)
    assert count > least
    backend.disconnect()
    gc.collect()
