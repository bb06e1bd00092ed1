"""The same expressions on Spark, for a source that one machine cannot map.

What DuckDB has and Spark has not is registered under its name: functions on JSON, and Unicode's
form NFC, which is Python's there. Everything else is what Ibis makes of the expressions.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import ibis

from graph.model import Model
from graph.values import nfc
from migrators.mapping import constants
from migrators.mapping.mapper import staged_of, tables_of
from migrators.mapping.programs import layered
from migrators.mapping.rules import Mapping
from migrators.mapping.spelling import EACH
from migrators.mapping.staged import view_of
from migrators.mapping.transforms import Context
from migrators.mapping.values import asked_names
from migrators.mapping.zones import periods
from migrators.staging import Snapshot

FUNCTIONS = (
    # An array of one text, without its brackets.
    "CREATE OR REPLACE TEMPORARY FUNCTION json_quote(v STRING) RETURNS STRING "
    "RETURN substring(to_json(array(v)), 2, length(to_json(array(v))) - 2)",
    # Spark's to_json leaves out what is null, which is all that the patch is for.
    "CREATE OR REPLACE TEMPORARY FUNCTION json_merge_patch(target STRING, patch STRING) "
    "RETURNS STRING RETURN patch",
)
KINDS = {
    "string": "string", "int64": "bigint", "int32": "int", "float64": "double",
    "boolean": "boolean",
}  # fmt: skip


def tables_on_spark(
    session: Any, snapshot: Snapshot, mapping: Mapping, model: Model
) -> Iterator[tuple[str, Any]]:
    """Every mapped table of a snapshot by its name, as a Spark data frame that has not run yet.

    Parameters
    ----------
    session
        A `SparkSession` whose time zone is UTC.
    """
    register(session)
    backend = ibis.pyspark.connect(session)
    for name, table in snapshot.tables.items():
        if table.rows:
            files = map(str, snapshot.files(table))
            rows = session.read.option("mergeSchema", "true").parquet(*files)
            rows.createOrReplaceTempView(view_of(name))
            rows.createOrReplaceTempView(view_of(name, driven=True))
    staged = staged_of(backend, snapshot, mapping)
    staged.keep = lambda name, text: session.sql(text).createOrReplaceTempView(name)
    zone = snapshot.zone
    _constants(session, constants.ZONE, periods(zone) if zone else ())
    _constants(session, constants.UNITS, constants.unit_rows())
    for owner, (_, columns) in staged.values.items():
        names = enumerate(asked_names(columns))
        _constants(session, constants.ASKED + owner, [(name, place) for place, name in names])
    context = Context(snapshot.flavour, snapshot.facility, zone)
    with layered():
        tables = tables_of(staged, mapping, model, context)
        texts = {name: backend.compile(table) for name, table in tables.items()}
    for name, text in texts.items():
        yield name, session.sql(text)


def register(session: Any) -> None:
    """Make the functions known that Spark does not have."""
    for statement in FUNCTIONS:
        session.sql(statement)
    # Lambdas go to the workers as they are; a function of this module would be imported there.
    session.udf.register("nfc_normalize", lambda text: None if text is None else nfc(text))
    each = lambda texts: texts and [None if text is None else nfc(text) for text in texts]  # noqa: E731
    session.udf.register(EACH, each, "array<string>")


def _constants(session: Any, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    shape = constants.shape_of(name)
    schema = ", ".join(f"{column} {KINDS[kind]}" for column, kind in shape.items())
    session.createDataFrame([tuple(row) for row in rows], schema).createOrReplaceTempView(name)
