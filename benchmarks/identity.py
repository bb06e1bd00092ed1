"""Measure identity: precision, recall and F1 a type and noise level, beside Splink.

Both see the same records: what the mapping makes of the simulator's databases, keys included. The
truth is the simulator's. A pair is two records of one type in different databases, of persons any
two; every wrong one is listed in `.bench/identity-wrong.tsv`.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.contenders import PEER
from benchmarks.graphs import HOME, databases, environment, migrate_both, say, told_by
from benchmarks.rows import Row
from graph.model import default_model
from migrators.identity import Wanted
from migrators.identity.comparing import FORMS
from migrators.identity.known import TOLD, know
from migrators.mapping.mapped import all_of, connect
from migrators.origins import origins_of

SCALE = 0.01
LEVELS = (0, 1, 2)
SPLINK = ("splink>=5.0,<6", "pyarrow>=18")
WRONG = HOME / "identity-wrong.tsv"

PLACE = FORMS["path"].format("{0}.location")
BEGIN = """{0}::TIMESTAMP AS "startTime", date_trunc('minute', {0}::TIMESTAMP) AS minute"""

RAW = f"""
SELECT k.record AS unique_id, k.system, coalesce(k.collection, k.trailing) AS number,
  {PLACE.format("k")} AS place, k."fileTemplate", k."firstImageNumber", k."numberOfImages",
  k.proposal, k.instrument, {BEGIN.format('k."startTime"')}
FROM known_Dataset k WHERE (k.system = 'ispyb' AND k.run IS NULL) OR k.kind = 'raw'"""

RUNS = f"""
SELECT k.record, k.system, k.program, any_value({PLACE.format("d")}) AS place,
  any_value(d.proposal) AS proposal, {BEGIN.format('k."startTime"')}
FROM known_Processing k LEFT JOIN said_edges e ON e.type = 'USED' AND e.from_record = k.record
LEFT JOIN known_Dataset d ON d.record = e.to_record WHERE k.program IS NOT NULL GROUP BY ALL"""

RECORDS = {
    "Dataset": RAW,
    "Dataset-processed": f"""
SELECT k.record AS unique_id, r.* EXCLUDE (record) FROM ({RUNS}) r
JOIN said_edges e ON e.type = 'GENERATED_BY' AND e.to_record = r.record
JOIN known_Dataset k ON k.record = e.from_record
WHERE k.run IS NOT NULL OR k.kind = 'processed'""",
    "Processing": f"SELECT record AS unique_id, * EXCLUDE (record) FROM ({RUNS})",
    "Investigation": f"""
SELECT k.record AS unique_id, k.system, k.visit, k.proposal, k.instrument,
  {BEGIN.format('k."startTime"')}
FROM known_Investigation k""",
    "Sample": f"""
SELECT k.record AS unique_id, k.system, k.proposal, k.label, min({PLACE.format("d")}) AS place
FROM known_Sample k LEFT JOIN said_edges e ON e.type = 'OF_SAMPLE' AND e.to_record = k.record
LEFT JOIN known_Dataset d ON d.record = e.from_record GROUP BY ALL""",
    "Person": "SELECT record AS unique_id, system, login, orcid FROM known_Person",
}
"""The records of a type, as both compare them."""

Pair = tuple[str, str]


def measure(scale: float | None) -> Iterator[Row]:
    """A row a type and noise level."""
    lines = ["noise\ttype\twho\twrong\ta\tb"]
    for level in LEVELS:
        folder = databases(scale or SCALE, level)
        home = HOME / f"identity-{scale or SCALE}-{level}"
        shutil.rmtree(home, ignore_errors=True)
        migrate_both(folder, home, None)
        truth = truth_of(folder)
        for type_, ids in records_of(home).items():
            label = type_.partition("-")[0]
            asked = _single(ids, truth[label])
            real = _pairs(type_, asked, truth[label])
            ours = _pairs(type_, asked, _described(home, label))
            theirs = {pair for pair in _splink(type_, home) if asked.issuperset(pair)}
            for who, found in (("beamgraph", ours), ("splink", theirs)):
                for wrong, pairs in (("false", found - real), ("missed", real - found)):
                    lines += [
                        f"{level}\t{type_}\t{who}\t{wrong}\t{a}\t{b}" for a, b in sorted(pairs)
                    ]
            yield _row(type_, level, scale or SCALE, real, ours, theirs)
    WRONG.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(f"every wrong pair stands in {WRONG}")


def _row(
    type_: str, level: int, scale: float, real: set[Pair], ours: set[Pair], theirs: set[Pair]
) -> Row:
    precision, recall, value = score(real, ours)
    *_, peer = score(real, theirs)
    more: dict[str, str | float] = {
        "type": type_,
        "noise": level,
        "precision": precision,
        "recall": recall,
    }
    say(f"identity, noise {level}, {type_}: F1 {value:.4f}, splink {peer:.4f} of {len(real)} pairs")
    ratio = value / peer if peer else None
    return Row("identity", None, value, "F1", None, {"splink": peer}, ratio, scale, more=more)


def score(real: set[Pair], found: set[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs."""
    both = len(real & found)
    precision = both / len(found) if found else 1.0
    recall = both / len(real) if real else 1.0
    return precision, recall, 2 * both / max(1, len(real) + len(found))


def truth_of(folder: Path) -> dict[str, dict[str, Any]]:
    """By label, which thing every record is of, by the simulator's truth."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for number, thing in enumerate(told["things"]):
        for record in thing["records"]:
            found[thing["label"]][record] = number
    return found


def _single(ids: Iterable[str], thing: Mapping[str, Any]) -> set[str]:
    """Records without those that are one with a whole group of others, which are no pairs."""
    asked = set(ids)
    partners: dict[Any, set[str]] = defaultdict(set)
    for record, number in thing.items():
        partners[number].add(record)
    return {
        record
        for record in asked
        if record not in thing
        or partners[thing[record]] == {record}
        or len(partners[thing[record]] & asked) > 1
    }


def _described(home: Path, label: str) -> dict[str, Any]:
    edges = Wanted.load(home / "wanted").edges_sql()
    query = f"SELECT from_id, to_id FROM ({edges}) WHERE type = 'DESCRIBES' AND to_label = ?"
    with duckdb.connect() as db:
        return dict(db.execute(query, [label]).fetchall())


def _pairs(type_: str, ids: Iterable[str], thing: Mapping[str, Any]) -> set[Pair]:
    """Pairs of records that are one thing."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for record in ids:
        if record in thing:
            groups[thing[record]].append(record)
    return {
        pair
        for group in groups.values()
        for pair in combinations(sorted(group), 2)
        if type_ == "Person" or pair[0].split(":")[0] != pair[1].split(":")[0]
    }


def records_of(home: Path) -> dict[str, list[str]]:
    """Write the records of every type for the peer; returns their ids."""
    origins = origins_of(home, None, default_model())
    backend = connect(home / "records")
    backend.raw_sql("SET memory_limit = '8GB'")  # the peer's records are made before it is measured
    drafts = home / "records" / "drafts"
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir()
    edges = all_of([origin.mapped for origin in origins], "edges")
    backend.raw_sql(f"CREATE TEMP VIEW said_edges AS {edges}")
    for label in TOLD:
        know(backend, origins, label, drafts)
    found = {}
    for type_, query in RECORDS.items():
        file = home / "records" / f"{type_}.parquet"
        backend.raw_sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
        rows = backend.raw_sql(f"SELECT DISTINCT unique_id FROM '{file}'").fetchall()
        found[type_] = [str(row[0]) for row in rows]
    backend.disconnect()
    return found


def _splink(type_: str, home: Path) -> set[Pair]:
    records = home / "records" / f"{type_}.parquet"
    out = records.with_suffix(".pairs.parquet")
    told_by(environment(*SPLINK), PEER / "splink_identity.py", type_, records, out)
    with duckdb.connect() as db:
        rows = db.execute(f"SELECT a, b FROM '{out}'").fetchall()
    return {(min(a, b), max(a, b)) for a, b in rows}
