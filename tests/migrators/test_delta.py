"""What a run maps, resolves and loads is what changed; the graph is that of a fresh full load."""

import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beamgraph.simulator import Wish, simulate
from graph.model import default_model
from migrators.identity import Wanted, scope
from migrators.mapping import Mapped, mapper, read_mapping
from migrators.mapping.ways import groups, ways
from migrators.report.account import Account
from migrators.run import Order, migrate
from tests.parts.wanted import Told, held

pytestmark = pytest.mark.usefixtures("migration")

FILES = {"ispyb": "ispyb-dls.sqlite", "icat": "icat.sqlite"}
TIMES = ("bltimeStamp", "recordTimeStamp", "lastUpdate", "createdTimeStamp", "MOD_TIME")


@pytest.fixture(scope="module")
def lumen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lumen")
    simulate(Wish(folder, seed=6, scale=0.0004, noise=1))
    return folder


@pytest.fixture(scope="module")
def migrated(lumen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both databases, and the data directory of their first migration."""
    home = tmp_path_factory.mktemp("migrated")
    for name in FILES.values():
        shutil.copy(lumen / name, home / name)
    for system in FILES:
        run(home, system)
    return home


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much a small database changes, only what changed is mapped and resolved."""
    monkeypatch.setattr(mapper, "MANY", 100.0)
    monkeypatch.setattr(scope, "MANY", 100.0)


def run(home: Path, system: str, data: str = "data", accepted: tuple[str, ...] = ()) -> Account:
    order = Order(system, f"sqlite:///{home / FILES[system]}", system, accepted=accepted)
    return migrate(order, None, home / data, default_model(), lambda *_: None)


def mutated(db: sqlite3.Connection, dice: random.Random, count: int) -> list[str]:
    """Insert, change and delete rows, none of which moves a timestamp; keys change too."""
    told = []
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    busy = [name for name in names if _rows(db, name) > 3]
    for table in dice.choices(busy, k=count):
        columns = db.execute(f'PRAGMA table_info("{table}")').fetchall()
        keys = [item[1] for item in columns if item[5]]
        plain = [item[1] for item in columns if not item[5] and item[1] not in TIMES]
        rows = [row[0] for row in db.execute(f'SELECT rowid FROM "{table}"')]
        one, other = dice.choice(rows), dice.choice(rows)
        kind = dice.choice(("clear", "copy", "delete", "insert", "key"))
        if not plain or (kind in ("insert", "key") and len(keys) != 1):
            continue
        column = dice.choice(plain)
        _change(db, kind, table, column, keys, plain, one, other)
        told.append(f"{kind} {table}.{column} {one}")
    return told


def _rows(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def _change(
    db: sqlite3.Connection, kind: str, table: str, column: str, keys: list[str],
    plain: list[str], one: int, other: int,
) -> None:  # fmt: skip
    where = f"WHERE rowid = {one}"
    if kind == "clear":
        db.execute(f'UPDATE "{table}" SET "{column}" = NULL {where}')
    elif kind == "copy":
        value = f'(SELECT "{column}" FROM "{table}" WHERE rowid = {other})'
        db.execute(f'UPDATE "{table}" SET "{column}" = {value} {where}')
    elif kind == "delete":
        db.execute(f'DELETE FROM "{table}" {where}')
    else:
        names = ", ".join(f'"{name}"' for name in plain)
        key = f'(SELECT max("{keys[0]}") + 1 FROM "{table}")'
        db.execute(
            f'INSERT INTO "{table}" ("{keys[0]}", {names}) SELECT {key}, {names} FROM "{table}" {where}'
        )
        if kind == "key":
            db.execute(f'DELETE FROM "{table}" {where}')


def same(found: Told, fresh: Told) -> None:
    """Node for node and edge for edge, every property and its hash included."""
    assert set(found.nodes) >= set(fresh.nodes)
    for label, nodes in found.nodes.items():
        other = fresh.nodes.get(label, {})
        assert nodes.keys() == other.keys(), label
        for key, node in nodes.items():
            assert node == other[key]
    assert found.edges.keys() == fresh.edges.keys()
    for ends, edge in found.edges.items():
        assert edge == fresh.edges[ends]


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60))
def test_the_graph_after_a_delta_is_that_of_a_full_load(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    home = tmp_path_factory.mktemp("delta")
    shutil.rmtree(home)
    shutil.copytree(migrated, home)
    dice = random.Random(seed)
    accounts: dict[str, Account] = {}
    for system in dice.sample(list(FILES), k=2):
        with sqlite3.connect(home / FILES[system]) as db:
            mutated(db, dice, count)
        db.close()
        accounts[system] = run(home, system)
    fresh = {system: run(home, system, "fresh") for system in FILES}
    same(held(home / "data", accounts["icat"]), held(home / "fresh", fresh["icat"]))
    for system, account in accounts.items():
        assert account.tables == fresh[system].tables


def chains(home: Path) -> list[int]:
    """How many generations the mapped tables of each source have, and what is wanted."""
    mapped = [Mapped.load(home / "data" / "sources" / name) for name in FILES]
    kept = [len(item.chain.generations) for item in mapped]
    return [*kept, len(Wanted.load(home / "data" / "wanted").chain.generations)]


def test_only_what_changed_is_mapped_and_the_chain_ends(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(migrated, home)
    before = chains(home)
    monkeypatch.setattr(mapper, "GENERATIONS", 3)
    monkeypatch.setattr(scope, "GENERATIONS", 4)
    lengths = []
    for number in range(4):
        with sqlite3.connect(home / FILES["ispyb"]) as db:
            db.execute(f"UPDATE BLSample SET name = 'n{number}' WHERE blSampleId = 1")
        db.close()
        account = run(home, "ispyb")
        assert account.changes == {
            "BLSample": {"before": account.tables["BLSample"].read, "inserted": 0, "updated": 1,
                         "deleted": 0, "missing": False}
        }  # fmt: skip
        lengths.append(chains(home))
    assert before[0] == 1
    assert [item[0] for item in lengths] == [2, 3, 1, 2]
    told = held(home / "data", account)
    assert told.nodes["Sample"]["sample:ispyb:BLSample:1"]["name"] == "n3"
    run(home, "ispyb", "fresh")
    same(told, held(home / "fresh", run(home, "icat", "fresh")))


def test_a_column_more_and_a_run_that_changes_nothing(migrated: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(migrated, home)
    before = chains(home)
    assert run(home, "icat").changes == {}
    assert chains(home) == before
    with sqlite3.connect(home / FILES["ispyb"]) as db:
        db.execute("ALTER TABLE BLSample ADD COLUMN shoeSize int")
    db.close()
    account = run(home, "ispyb")
    assert account.changes == {}, "a column without a value changes no row"
    undecided = [item for item in account.coverage if item["fate"] == "undecided"]
    assert ("BLSample", "shoeSize") in {(item["table"], item["column"]) for item in undecided}


@pytest.mark.parametrize("system", sorted(FILES))
def test_every_table_that_a_path_passes_is_one_that_a_rule_speaks_of(system: str) -> None:
    """Else a change of it would not be seen."""
    mapping = read_mapping(f"migrators.{system}")
    passed: set[Any] = {hop.table for way in (*ways(mapping), *groups(mapping)) for hop in way.hops}
    assert passed <= set(mapping.tables)


def test_days_add_no_joins_to_what_is_read(migrated: Path, tmp_path: Path) -> None:
    """Every join takes its megabytes, however little it joins."""
    home = tmp_path / "days"
    shutil.copytree(migrated, home)
    dice = random.Random(5)
    for _ in range(3):
        with sqlite3.connect(home / FILES["ispyb"]) as db:
            mutated(db, dice, 40)
        db.close()
        run(home, "ispyb")
    assert chains(home)[0] > 2
    found = Mapped.load(home / "data" / "sources" / "ispyb")
    queries = [found.sql(name) for name in ("records", "things", "edges", "folds")]
    for label in default_model().entities:
        queries += [found.together(f"{kind}-{label}-") for kind in ("told", "keys")]
    assert {text.count("ANTI JOIN") for text in queries if text} == {1}
