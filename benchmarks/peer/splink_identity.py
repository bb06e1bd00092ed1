"""Splink on the records of one type: `splink_identity.py TYPE RECORDS.parquet PAIRS.parquet`.

The settings are those of its tutorials: comparisons of every key, blocking on what must agree,
estimation by random sampling and expectation maximisation; of pairs above one half the best of
each record counts. Prints JSON: seconds and megabytes.
"""

import json
import sys
import time
import warnings

import duckdb
import splink.comparison_library as cl
from peak import megabytes
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

warnings.filterwarnings("ignore")


def apart(*seconds: int):
    """Instants that differ by at most so many seconds."""
    return cl.AbsoluteTimeDifferenceAtThresholds(
        "startTime",
        input_is_string=False,
        metrics=["second"] * len(seconds),
        thresholds=list(seconds),
    )


EXACT = cl.ExactMatch
TYPES = {
    "Dataset": (
        [EXACT("number"), EXACT("place"), EXACT("fileTemplate"), EXACT("firstImageNumber"),
         EXACT("numberOfImages"), EXACT("proposal"), EXACT("instrument"), apart(2, 120, 3700)],
        [block_on("number"), block_on("place"), block_on("proposal", "instrument", "minute"),
         block_on("proposal", "instrument", "numberOfImages")],
    ),
    "Dataset-processed": (
        [EXACT("program"), EXACT("place"), EXACT("proposal"), apart(2, 120, 3700)],
        [block_on("place", "program"), block_on("proposal", "program", "minute")],
    ),
    "Processing": (
        [EXACT("program"), EXACT("place"), EXACT("proposal"), apart(2, 120, 3700)],
        [block_on("place", "program"), block_on("proposal", "program", "minute")],
    ),
    "Investigation": (
        [EXACT("visit"), EXACT("proposal"), EXACT("instrument"), apart(3600, 86400, 172800)],
        [block_on("visit"), block_on("proposal")],
    ),
    "Sample": (
        [EXACT("proposal"), cl.JaroWinklerAtThresholds("label", [0.95, 0.88]), EXACT("place")],
        [block_on("proposal", "label"), block_on("place")],
    ),
    "Person": (
        [EXACT("login"), EXACT("orcid")],
        [block_on("login"), block_on("orcid")],
    ),
}  # fmt: skip
"""Comparisons and blocking rules by type."""

SURE = {
    "Investigation": [block_on("proposal", "instrument")],
    "Sample": [block_on("proposal", "label")],
    "Person": [block_on("login"), block_on("orcid")],
}
"""What pairs are likely one, where that is not the first blocking rule."""

BEST = """
COPY (
  SELECT a, b FROM (
    SELECT unique_id_l AS a, unique_id_r AS b,
      row_number() OVER (
        PARTITION BY unique_id_l ORDER BY match_probability DESC, unique_id_r) AS m,
      row_number() OVER (
        PARTITION BY unique_id_r ORDER BY match_probability DESC, unique_id_l) AS n
    FROM {table})
  WHERE {which}) TO '{out}' (FORMAT parquet)"""


def main(kind: str, records: str, out: str) -> None:
    """Link, and write the pairs."""
    begin = time.perf_counter()
    con = duckdb.connect()
    db = DuckDBAPI(connection=con)
    comparisons, blocks = TYPES[kind]
    within = kind == "Person"
    con.execute(f"CREATE TABLE records AS FROM '{records}'")
    names = ["records"]
    if not within:
        names = ["ispyb", "icat"]
        for name in names:
            con.execute(f"CREATE TABLE {name} AS FROM records WHERE system = '{name}'")
    tables = [db.register(name, dataset_display_name=name + "_") for name in names]
    settings = SettingsCreator(
        link_type="dedupe_only" if within else "link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocks,
        retain_matching_columns=False,
    )
    linker = Linker(tables[0] if within else tables, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(SURE.get(kind, blocks[:1]), 0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in blocks:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block, record_sample_proportion=1.0
            )
        except Exception as error:  # a block without pairs trains nothing
            sys.stderr.write(f"splink, {kind}: {str(error).splitlines()[0]}\n")
    found = linker.inference.predict(threshold_match_probability=0.5)
    which = "true" if within else "m = 1 AND n = 1"
    con.execute(BEST.format(table=found.physical_name, which=which, out=out))
    told = {
        "seconds": time.perf_counter() - begin,
        "megabytes": megabytes(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
