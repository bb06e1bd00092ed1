"""The simulated light source is what was asked for: the same bytes, the counts, skew and defects."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from beamgraph.simulator.catalogue import UNITS
from beamgraph.simulator.noise import LEVELS, rates
from beamgraph.simulator.sink import DRIFT, Buffered
from beamgraph.simulator.tables import tables

DATABASES = ("ispyb-dls", "ispyb-esrf", "icat")
FILES = ("ispyb-dls.sqlite", "ispyb-esrf.sqlite", "icat.sqlite", "truth.json")
SCALE = 0.004


@pytest.fixture(scope="module")
def worlds(migration: None, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A facility at each level of noise."""
    made = {}
    for level in LEVELS:
        made[level] = tmp_path_factory.mktemp(f"noise{level}")
        simulate(Wish(made[level], scale=SCALE, noise=level))
    return made


def ask(folder: Path, database: str, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / f"{database}.sqlite") as db:
        found = db.execute(query).fetchall()
    db.close()
    return found


def count(folder: Path, database: str, query: str) -> int:
    ((number,),) = ask(folder, database, query)
    return int(str(number))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        simulate(Wish(tmp_path / name, seed=seed, scale=0.0002, noise=2))
    for file in FILES:
        first = (tmp_path / "a" / file).read_bytes()
        assert first == (tmp_path / "b" / file).read_bytes()
        assert first != (tmp_path / "c" / file).read_bytes()


def test_files_that_are_there_are_replaced(tmp_path: Path) -> None:
    for _ in range(2):
        simulate(Wish(tmp_path, scale=0.0001))
    things = json.loads((tmp_path / "truth.json").read_text())["things"]
    assert sum(thing["label"] == "Proposal" for thing in things) == 3


@pytest.mark.parametrize("scale", [0.0001, 0.0007])
def test_scale_is_a_share_of_a_million_raw_datasets(tmp_path: Path, scale: float) -> None:
    simulate(Wish(tmp_path, scale=scale))
    collections = sum(
        count(tmp_path, "ispyb-esrf", f"SELECT count(*) FROM {table}")
        for table in ("DataCollection", "EnergyScan", "XFEFluorescenceSpectrum")
    )
    filled = 0 if count(tmp_path, "ispyb-esrf", EDGES) else 6  # nobody looked for an edge
    scans = count(
        tmp_path,
        "icat",
        "SELECT count(*) FROM DATASET d JOIN DATASETTYPE t ON t.ID = d.TYPE_ID "
        "JOIN DATASETINSTRUMENT i ON i.DATASET_ID = d.ID "
        "JOIN INSTRUMENT b ON b.ID = i.INSTRUMENT_ID AND b.TYPE IN ('TOMO', 'POWDER', 'SAXS') "
        "WHERE t.NAME = 'acquisition'",
    )
    assert collections - filled + scans == round(scale * 1_000_000)


EDGES = "SELECT count(*) FROM EnergyScan WHERE filename LIKE '%scan.raw'"


def test_no_table_of_either_flavour_nor_of_icat_is_empty(tmp_path: Path) -> None:
    simulate(Wish(tmp_path, scale=0.002))
    for database in DATABASES:
        empty = [
            name
            for name in tables(database)
            if not count(tmp_path, database, f'SELECT count(*) FROM "{name}"')
        ]
        assert empty == [], database


def test_every_row_of_truth_is_in_its_database_and_every_thing_once(
    worlds: dict[int, Path],
) -> None:
    folder = worlds[1]
    seen: Counter[tuple[str, str]] = Counter()
    keys: dict[str, set[str]] = {}
    for thing in json.loads((folder / "truth.json").read_text())["things"]:
        for record in thing["records"]:
            seen[(record, thing["label"])] += 1
            source, table, key = record.split(":")
            keys.setdefault(f"{source}:{table}", set()).add(key)
    assert max(seen.values()) == 1
    for place, wanted in keys.items():
        source, table = place.split(":")
        name = {"User": "USER_"}.get(table, table.upper()) if source == "icat" else table
        flavour = "ispyb-dls" if name in tables("ispyb-dls") else "ispyb-esrf"
        database = "icat" if source == "icat" else flavour
        column = tables(database)[name][0].name
        there = {str(row[0]) for row in ask(folder, database, f'SELECT "{column}" FROM "{name}"')}
        assert wanted <= there, place


def test_both_flavours_hold_the_same_rows_under_the_same_keys(worlds: dict[int, Path]) -> None:
    shared = set(tables("ispyb-dls")) & set(tables("ispyb-esrf")) - {
        "AutoProcProgram",
        "ExperimentType",
    }
    for name in sorted(shared):
        key = tables("ispyb-dls")[name][0].name
        query = f'SELECT "{key}" FROM "{name}" ORDER BY 1'
        assert ask(worlds[1], "ispyb-dls", query) == ask(worlds[1], "ispyb-esrf", query), name


def test_a_few_proposals_are_huge_and_many_are_small(worlds: dict[int, Path]) -> None:
    sizes = sorted(
        int(str(row[0]))
        for row in ask(
            worlds[0],
            "icat",
            "SELECT count(*) FROM DATASET d JOIN INVESTIGATION i ON i.ID = d.INVESTIGATION_ID "
            "JOIN DATASETTYPE t ON t.ID = d.TYPE_ID AND t.NAME = 'acquisition' GROUP BY i.NAME",
        )
    )
    tenth = len(sizes) // 10
    assert sum(sizes[-tenth:]) > sum(sizes) / 2
    assert sizes[len(sizes) // 2] < sum(sizes) / len(sizes)


def test_every_parameter_is_one_of_esrf_with_its_unit(worlds: dict[int, Path]) -> None:
    told = dict(ask(worlds[0], "icat", "SELECT NAME, UNITS FROM PARAMETERTYPE"))
    assert told == {name: UNITS[str(name)] or "NA" for name in told}
    assert set(told) == set(UNITS)


MX = (
    "DATASET d JOIN DATASETTYPE t ON t.ID = d.TYPE_ID AND t.NAME = 'acquisition' "
    "JOIN DATASETINSTRUMENT i ON i.DATASET_ID = d.ID "
    "JOIN INSTRUMENT b ON b.ID = i.INSTRUMENT_ID AND b.TYPE = 'MX' WHERE d.COMPLETE = 1"
)
UNNUMBERED = (
    f"{MX} AND d.ID NOT IN (SELECT p.DATASET_ID FROM DATASETPARAMETER p JOIN PARAMETERTYPE q "
    "ON q.ID = p.PARAMETER_TYPE_ID WHERE q.NAME = 'MX_dataCollectionId')"
)


def share(database: str, some: str, all_: str) -> Callable[[Path], float]:
    def measure(folder: Path) -> float:
        return count(folder, database, some) / count(folder, database, all_)

    return measure


MEASURES: dict[str, Callable[[Path], float]] = {
    "missing_collection_id": share(
        "icat",
        f"SELECT count(*) FROM {UNNUMBERED}",
        f"SELECT count(*) FROM {MX}",
    ),
    "legacy_name": lambda folder: (
        count(folder, "icat", f"SELECT count(*) FROM {MX} AND d.NAME NOT LIKE 'run%'")
        / max(1, count(folder, "icat", f"SELECT count(*) FROM {UNNUMBERED}"))
    ),
    "renamed_path": share(
        "icat",
        f"SELECT count(*) FROM {MX} AND d.LOCATION LIKE '/data/archive/%'",
        f"SELECT count(*) FROM {MX}",
    ),
    "near_duplicate": share(
        "ispyb-esrf",
        "SELECT count(*) FROM DataCollection WHERE dataCollectionNumber > 50",
        "SELECT count(*) FROM DataCollection WHERE numberOfImages BETWEEN 1000 AND 4000",
    ),
    "missing_sample_link": share(
        "ispyb-esrf",
        "SELECT count(*) FROM DataCollectionGroup WHERE blSampleId IS NULL",
        "SELECT count(*) FROM DataCollectionGroup",
    ),
    "zero_date": share(
        "ispyb-esrf",
        "SELECT count(*) FROM DataCollection WHERE endTime LIKE '0000%'",
        "SELECT count(*) FROM DataCollection",
    ),
    "duplicate_person": share(
        "icat",
        "SELECT count(*) FROM USER_ WHERE NAME LIKE 'ldap/%'",
        "SELECT count(*) FROM USER_ WHERE NAME LIKE 'db/%'",
    ),
    "overlapping_session": share(
        "ispyb-esrf",
        "SELECT count(*) FROM BLSession WHERE scheduled = 0",
        "SELECT count(*) FROM BLSession WHERE scheduled = 1",
    ),
    "orphan_row": share(
        "ispyb-esrf",
        "SELECT count(*) FROM AutoProcIntegration WHERE dataCollectionId > 90000000",
        "SELECT count(*) FROM AutoProcIntegration",
    ),
    "renamed_sample": share(
        "icat",
        "SELECT count(*) FROM SAMPLE s JOIN SAMPLETYPE t ON t.ID = s.SAMPLETYPE_ID "
        "WHERE s.NAME LIKE '%-crystal%'",
        "SELECT count(*) FROM SAMPLE s JOIN SAMPLETYPE t ON t.ID = s.SAMPLETYPE_ID "
        "AND t.NAME = 'crystal'",
    ),
    "clock_off": lambda folder: _clocks(folder),
    "moved_session": lambda folder: _moved(folder),
    "drift": lambda folder: _drifted(folder),
}


def _drifted(folder: Path) -> float:
    """Tables of both flavours that have a column of which nobody knows."""
    found = [
        count(folder, name, f"SELECT count(*) FROM pragma_table_info('{table}') "
              f"WHERE name = '{DRIFT}'")
        for name in DATABASES[:2]
        for table in tables(name)
    ]  # fmt: skip
    return sum(found) / len(found)


def _clocks(folder: Path) -> float:
    """Collections that ISPyB says began an hour after ICAT does, by the number ICAT keeps."""
    begun = dict(
        ask(folder, "ispyb-esrf", "SELECT dataCollectionId, startTime FROM DataCollection")
    )
    rows = ask(
        folder,
        "icat",
        "SELECT p.STRING_VALUE, d.STARTDATE FROM DATASETPARAMETER p JOIN PARAMETERTYPE q "
        "ON q.ID = p.PARAMETER_TYPE_ID AND q.NAME = 'MX_dataCollectionId' "
        "JOIN DATASET d ON d.ID = p.DATASET_ID",
    )
    pairs = [(begun[int(str(key))], start) for key, start in rows if str(key).isdigit() and start]
    hour = timedelta(hours=1)
    times = [[datetime.fromisoformat(str(item)) for item in pair] for pair in pairs]
    return sum(one == other + hour for one, other in times) / len(times)


def _moved(folder: Path) -> float:
    """Visits that the two databases place at different beamlines."""
    things = json.loads((folder / "truth.json").read_text())["things"]
    sessions = dict(ask(folder, "ispyb-esrf", "SELECT sessionId, beamLineName FROM BLSession"))
    visits = dict(
        ask(
            folder,
            "icat",
            "SELECT j.INVESTIGATION_ID, i.NAME FROM INVESTIGATIONINSTRUMENT j "
            "JOIN INSTRUMENT i ON i.ID = j.INSTRUMENT_ID",
        )
    )
    pairs = [
        [int(record.split(":")[2]) for record in sorted(thing["records"], reverse=True)]
        for thing in things
        if thing["label"] == "Investigation" and len(thing["records"]) == 2
    ]
    moved = [sessions[session] != visits[visit] for session, visit in pairs]
    return sum(moved) / len(moved)


def test_every_knob_is_measured() -> None:
    assert set(MEASURES) == set(rates(0))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("knob", sorted(MEASURES))
def test_defects_occur_as_often_as_the_table_says(
    worlds: dict[int, Path], knob: str, level: int
) -> None:
    wanted = rates(level)[knob]
    found = MEASURES[knob](worlds[level])
    if wanted == 0:
        assert found == 0
    else:
        assert abs(found - wanted) <= max(0.03, 0.35 * wanted)


def test_a_column_that_a_flavour_lacks_is_left_out() -> None:
    class Kept(Buffered):
        def write(self, table: str, names: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
            written.append((table, names, list(rows)))

    written: list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]] = []
    sink = Kept("ispyb-esrf")
    sink.add("Proposal", {"proposalId": 1, "startDate": "2024-01-01", "proposalCode": "MX"})
    sink.add("ProcessingJob", {"processingJobId": 1})
    sink.flush()
    assert written == [("Proposal", ("proposalId", "proposalCode"), [(1, "MX")])]
