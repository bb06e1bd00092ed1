"""Measure a daily run: 0.1 % of the rows changed, and as many in a laboratory ten times as large.

What counts is the time beyond reading the source: comparing, mapping, resolving, loading. The value
is that of the large one, the floor that of the small one.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.graphs import HOME, SOURCES, databases, migrate_both, say, served
from benchmarks.rows import Row
from graph.engine import Graph
from graph.model import default_model
from migrators import run as runs
from migrators.run import Order, migrate

SMALL = 0.002
TIMES = 10
SHARE = 0.001
RUNS = 5
TABLES = (
    "BLSample", "DataCollection", "AutoProcProgram", "AutoProcScaling", "AutoProcIntegration",
    "AutoProcScalingStatistics", "AutoProcProgramAttachment", "BLSession", "Screening",
)  # fmt: skip


def measure(engine: str, scale: float | None) -> Iterator[Row]:
    """One row: the tenfold graph, with the small one as its floor."""
    small = scale or SMALL
    rows = _rows(databases(small) / "ispyb-esrf.sqlite")
    count = max(1, round(rows * SHARE))
    large, floor = _run(engine, small * TIMES, count), _run(engine, small, count)
    say(f"daily-run on {engine}: {count} of {rows} rows: {floor:,.0f} ms, tenfold {large:,.0f} ms")
    yield Row("daily-run", engine, large, "ms", floor, {}, floor / large, small * TIMES)


def _rows(path: Path) -> int:
    with sqlite3.connect(path) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return sum(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)


def _run(engine: str, scale: float, count: int) -> float:
    """Milliseconds beyond reading the source, of the same number of changed rows."""
    home = HOME / f"daily-{engine}-{scale}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for name in SOURCES.values():
        shutil.copy(databases(scale) / name, home / name)
    spent = []
    with served(engine, home) as target, Graph(target) as graph:
        migrate_both(home, home, graph)
        for number in range(RUNS + 1):
            _change(home / "ispyb-esrf.sqlite", count, number)
            spent.append(_beyond(graph, home))
    return median(spent[1:]) * 1000


def _change(path: Path, count: int, number: int) -> None:
    """A day's work: some rows of the tables of the chain are updated, in one visit's corner."""
    with sqlite3.connect(path) as db:
        for table in TABLES:
            each = max(1, count // len(TABLES))
            column = (
                "comments"
                if table not in ("AutoProcScaling", "AutoProcScalingStatistics")
                else "recordTimeStamp"
            )
            known = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
            column = column if column in known else known[-1]
            start = number * each
            db.execute(
                f'UPDATE "{table}" SET "{column}" = ? WHERE rowid IN '
                f'(SELECT rowid FROM "{table}" ORDER BY rowid LIMIT {each} OFFSET {start})',
                (f"2024-05-0{number % 9 + 1} 10:00:00",),
            )
    db.close()


def _beyond(graph: Graph, home: Path) -> float:
    """Seconds of a run without those of reading its source."""
    read = [0.0]
    stage = runs.stage

    def timed(*args: object) -> object:
        begin = time.perf_counter()
        made = stage(*args)  # type: ignore[arg-type]
        read[0] = time.perf_counter() - begin
        return made

    runs.stage = timed  # type: ignore[assignment]
    order = Order("ispyb", f"sqlite:///{home / 'ispyb-esrf.sqlite'}", "ispyb")
    begin = time.perf_counter()
    try:
        migrate(order, graph, home, default_model(), lambda *_: None)
    finally:
        runs.stage = stage
    return time.perf_counter() - begin - read[0]
