"""Measure staging: a table of MariaDB to a finished, hashed snapshot, in rows a second.

The table has as many rows as the simulator's ISPyB at a scale: a million at 0.1.

Beside it DuckDB's MySQL scanner, which writes Parquet and loses zero dates, and PyMySQL's plain
streaming SELECT, which writes nothing. The scanner is of DuckDB 1.5 and has its own environment.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pymysql
from pymysql.cursors import SSCursor

from benchmarks.graphs import HOME, environment, say, told_by
from benchmarks.rows import Row, skipped
from tests.parts.mariadb import MariaDbServer

ROWS = 10_000_000
"""At scale 1."""

SCALES = (0.1, 1.0)
RUNS = 5
SCANNER = ("duckdb==1.5.5", "duckdb-extension-mysql-scanner==1.5.5")
FILL = """CREATE TABLE rows_ (
  id BIGINT PRIMARY KEY, groupId INT, imageDirectory VARCHAR(255), imagePrefix VARCHAR(45),
  wavelength FLOAT, numberOfImages INT, startTime DATETIME, comments VARCHAR(100))
SELECT seq AS id, seq DIV 7 AS groupId,
  concat('/data/visitor/mx', seq DIV 900, '/id23eh1/20240502/RAW_DATA/lys/lys-x', seq) AS
  imageDirectory, concat('lys-x', seq) AS imagePrefix, 0.9 + (seq MOD 1000) / 10000 AS wavelength,
  seq MOD 3600 AS numberOfImages,
  if(seq MOD 50 = 0, '0000-00-00 00:00:00', '2024-05-02 10:00:00' + INTERVAL seq SECOND)
  AS startTime, if(seq MOD 3 = 0, NULL, 'a remark of the user') AS comments
FROM seq_1_to_{rows}"""

SCAN = """
import sys, time, glob, duckdb
place, out = sys.argv[1:]
(file,) = glob.glob(sys.prefix + "/lib/python3*/site-packages/duckdb_extension_mysql_scanner/"
                    "extensions/*/mysql_scanner.duckdb_extension")
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
db.execute(f"INSTALL '{file}'"); db.execute("LOAD mysql_scanner")
db.execute(f"ATTACH '{place}' AS m (TYPE mysql)")
begin = time.perf_counter()
db.execute(f"COPY (SELECT * FROM m.rows_) TO '{out}' (FORMAT parquet)")
print(time.perf_counter() - begin)
"""


def measure(scale: float | None) -> Iterator[Row]:
    """One row a scale, contenders in turns."""
    if shutil.which("mariadbd") is None:
        yield skipped("stage", None, "/s", "this machine has no MariaDB")
        return
    for size in (scale,) if scale else SCALES:
        with tempfile.TemporaryDirectory(dir=HOME) as work, MariaDbServer(Path(work)) as server:
            yield _measured(size, server, Path(work))


def _measured(scale: float, server: MariaDbServer, work: Path) -> Row:
    rows = round(ROWS * scale)
    connection = server.connect("bench")
    with connection.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
        cursor.execute(FILL.format(rows=rows))
    connection.close()
    python = environment(*SCANNER)
    rates: dict[str, list[float]] = {"ours": [], "duckdb": [], "pymysql": []}
    memory: list[float] = []
    for number in range(RUNS + 1 if scale <= SCALES[0] else 2):
        seconds, megabytes = _ours(server, work / "snapshot", rows)
        times = {
            "ours": seconds,
            "duckdb": _duckdb(python, server, work / "rows.parquet"),
            "pymysql": _pymysql(server),
        }
        say(f"stage at {scale}: {', '.join(f'{k} {rows / v:,.0f}/s' for k, v in times.items())}")
        if number:  # the first of each finds cold files
            memory.append(megabytes)
            for name, spent in times.items():
                rates[name].append(rows / spent)
    value, *peers = (median(rates[name]) for name in ("ours", "duckdb", "pymysql"))
    told = dict(zip(("duckdb", "pymysql"), peers, strict=True))
    most = {"ours": median(memory)}
    return Row("stage", None, value, "/s", None, told, value / peers[0], scale, megabytes=most)


def _ours(server: MariaDbServer, folder: Path, rows: int) -> tuple[float, float]:
    """Seconds and megabytes of a process of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    told = told_by(sys.executable, "-m", "benchmarks.staged", server.url("bench"), folder)
    assert told["rows"] == rows
    return told["seconds"], told["megabytes"]


def _duckdb(python: Path, server: MariaDbServer, out: Path) -> float:
    out.unlink(missing_ok=True)
    place = f"host=127.0.0.1 port={server.port} user=beamgraph password=beam-graph database=bench"
    done = subprocess.run(
        [str(python), "-c", SCAN, place, str(out)], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def _pymysql(server: MariaDbServer) -> float:
    connection = pymysql.connect(
        host="127.0.0.1", port=server.port, user="beamgraph", password="beam-graph",
        database="bench", cursorclass=SSCursor,
    )  # fmt: skip
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rows_ ORDER BY id")
        while cursor.fetchmany(10_000):
            pass
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds
