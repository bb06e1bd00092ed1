"""Whatever happens to two databases and by persons' words: an address that was given out answers.

Random histories of rows that come, change and go, of decisions made and taken back, and of sources
whose rank is changed; after each step the graph is asked for every id that it ever gave out, and in
the end it is that of a fresh migration of the same sources with the same decisions.
"""

import asyncio
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.engine import AsyncGraph, Graph, Target
from graph.model import default_model
from graph.problem import Problem
from graph.resolvers import Api
from graph.schema import build_schema
from migrators.deciding import decide, rank, revoke
from migrators.identity.decisions import FILE, load_decisions, standing
from migrators.origins import RANK
from migrators.report.account import Account
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.migrators.test_delta import same
from tests.parts.pair import Pair
from tests.parts.wanted import Told, held

pytestmark = pytest.mark.usefixtures("migration")

MODEL = default_model()
TABLES = {
    "ispyb": ("DataCollection", "DataCollectionGroup"),
    "icat": ("Dataset", "DatasetParameter"),
}


class History:
    """Two small databases, a data directory and a graph, and what happens to them."""

    def __init__(self, folder: Path, graph: Graph, dice: random.Random) -> None:
        self.data, self.graph, self.dice = folder / "data", graph, dice
        self.paths = {"ispyb": folder / "ispyb.sqlite", "icat": folder / "icat.sqlite"}
        self.addresses: set[str] = set()
        pair = Pair(folder)
        for key in range(1, 5):
            pair.collection(key, imageDirectory=f"/data/{key}/", startTime=self._time(key))
            pair.dataset(key, name=f"run_{key}", location=f"/data/{key}")
        pair.told()
        shutil.rmtree(self.data)

    def _time(self, key: int) -> str:
        return f"2024-05-{key % 27 + 1:02d} 10:00:00"

    def _run(self, system: str, text: str, *values: Any) -> None:
        with sqlite3.connect(self.paths[system]) as db:
            db.execute(text, values)
        db.close()

    def _keys(self, system: str, table: str, column: str) -> list[int]:
        with sqlite3.connect(self.paths[system]) as db:
            found = [row[0] for row in db.execute(f"SELECT {column} FROM {table} ORDER BY 1")]
        db.close()
        return found

    def collections(self) -> list[int]:
        return self._keys("ispyb", "DataCollection", "dataCollectionId")

    def datasets(self) -> list[int]:
        return self._keys("icat", "DATASET", "ID")

    def step(self) -> None:
        """One thing happens."""
        self.dice.choice(
            (self.come, self.renumber, self.move, self.go, self.word, self.word, self.back,
             self.order)
        )()  # fmt: skip

    def come(self) -> None:
        key = max(self.collections()) + 1
        self._run("ispyb", "INSERT INTO DataCollectionGroup (dataCollectionGroupId, sessionId, "
                  "blSampleId) VALUES (?, 1, 1)", key)  # fmt: skip
        self._run("ispyb", "INSERT INTO DataCollection (dataCollectionId, dataCollectionGroupId, "
                  "imageDirectory, startTime, numberOfImages) VALUES (?, ?, ?, ?, 100)",
                  key, key, f"/data/{self.dice.randint(1, 6)}/", self._time(key))  # fmt: skip

    def renumber(self) -> None:
        """ICAT names another collection: things part, and come together."""
        number = str(self.dice.choice(self.collections()))
        one = self.dice.choice(self._keys("icat", "DATASETPARAMETER", "ID"))
        self._run("icat", "UPDATE DATASETPARAMETER SET STRING_VALUE = ? WHERE ID = ?", number, one)

    def move(self) -> None:
        place = f"/data/{self.dice.randint(1, 6)}"
        one = self.dice.choice(self.datasets())
        self._run("icat", "UPDATE DATASET SET LOCATION = ? WHERE ID = ?", place, one)

    def go(self) -> None:
        if self.dice.random() < 0.5 and len(self.collections()) > 2:
            one = self.dice.choice(self.collections())
            self._run("ispyb", "DELETE FROM DataCollection WHERE dataCollectionId = ?", one)
        elif len(self.datasets()) > 2:
            one = self.dice.choice(self.datasets())
            self._run("icat", "DELETE FROM DATASETPARAMETER WHERE DATASET_ID = ?", one)
            self._run("icat", "DELETE FROM DATASET WHERE ID = ?", one)

    def word(self) -> None:
        records = [f"ispyb:DataCollection:{key}" for key in self.collections()]
        records += [f"icat:Dataset:{key}" for key in self.datasets()]
        a, b = self.dice.sample(records, k=2)
        verdict = self.dice.choice(("same", "different"))
        try:
            decide(self.graph, self.data, MODEL, verdict, (a, b), "ada", "a test", quiet)
        except Problem as problem:  # a contradiction, or a record that came since the last run
            if not any(word in str(problem) for word in ("cannot be", "no record")):
                raise

    def back(self) -> None:
        if known := standing(load_decisions(self.data)):
            name = self.dice.choice(known).id
            revoke(self.graph, self.data, MODEL, name, "bob", "a test", quiet)

    def order(self) -> None:
        names = self.dice.sample(list(self.paths), k=2)
        rank(self.graph, self.data, MODEL, names, quiet)

    def migrated(self, graph: Graph | None, data: Path) -> Account:
        for system in self.dice.sample(list(self.paths), k=2):
            order = Order(system, f"sqlite:///{self.paths[system]}", system, zone="UTC",
                          accepted=TABLES[system])  # fmt: skip
            account = migrate(order, graph, data, MODEL, quiet)
        return account

    def settled(self) -> Told:
        """Both migrated; every address that was ever given out answers as it should."""
        graph = held(self.data, self.migrated(self.graph, self.data))
        now = {
            record: thing
            for kind, record, thing in graph.edges
            if kind == "DESCRIBES" and thing.startswith("dataset:")
        }
        self.addresses |= {f"dataset:{record}" for record in now} | set(now.values())
        asked = sorted(self.addresses)
        for address, found in zip(asked, answers(self.graph.target, asked), strict=True):
            record = address.removeprefix("dataset:")
            if record in now:
                assert found == {"id": now[record]}, address
            elif found is not None:  # withdrawn: no record is left, and a decision names it
                assert found == {"id": address}
        return graph


def answers(target: Target, ids: list[str]) -> Any:
    async def ask() -> Any:
        opened = await AsyncGraph.open(target)
        try:
            api = Api(build_schema(MODEL), MODEL, opened)
            query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }"
            return (await api.answer(query, {"ids": ids})).as_json()["data"]["nodes"]
        finally:
            await opened.close()

    return asyncio.run(ask())


def quiet(*_: object) -> None:
    """No word of what is done."""


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_addresses_answer_and_decisions_stand_whatever_happens(
    embedded_graph: Graph, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    wipe(embedded_graph)
    dice = random.Random(seed)
    history = History(tmp_path_factory.mktemp("history"), embedded_graph, dice)
    graph = history.settled()
    for _ in range(4):
        for _ in range(dice.randint(1, 4)):
            history.step()
        graph = history.settled()
    anew = history.data.with_name("anew")
    anew.mkdir()
    for name in (FILE, RANK):
        if (history.data / name).exists():
            shutil.copy(history.data / name, anew / name)
    same(graph, held(anew, history.migrated(None, anew)))
