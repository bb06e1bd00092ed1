"""The API put together with what it needs of the migrations."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from beamgraph.assemble import open_api
from beamgraph.settings import Settings
from graph.engine import Graph, Target
from graph.model import default_model
from migrators.load.statements import START_RUN
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.ispyb import Database


@pytest.fixture
def settings(embedded_target: Target, chain_files: dict[str, Database], tmp_path: Path) -> Settings:
    with Graph(embedded_target) as graph:
        wipe(graph)
        order = Order("ispyb", chain_files["dls"].url, "ispyb", zone="Europe/London")
        migrate(order, graph, tmp_path, default_model(), lambda *_: None)
    return Settings(
        graph_url=embedded_target.url,
        graph_user=embedded_target.user,
        graph_password=embedded_target.password,  # type: ignore[arg-type]
        data_dir=tmp_path,
    )


def ask(settings: Settings, query: str) -> dict[str, Any]:
    async def run() -> dict[str, Any]:
        api = await open_api(settings)
        try:
            return (await api.answer(query)).as_json()
        finally:
            await api.graph.close()

    return asyncio.run(run())


def test_source_says_what_a_folded_row_was_folded_into(settings: Settings) -> None:
    query = """{
      statistics: source(system: "ispyb", table: "AutoProcScalingStatistics", key: "1770664") {
        id folded record { table key folded } entities { id }
      }
      link: source(system: "ispyb", table: "Session_has_Person", key: "55167,1") { id folded }
      own: source(system: "ispyb", table: "BLSample", key: "374695") { id folded }
      none: source(system: "ispyb", table: "BLSample", key: "1") { id }
    }"""
    data = ask(settings, query)["data"]
    assert data["statistics"] == {
        "id": "ispyb:AutoProcScaling:596148",
        "folded": True,
        "record": {"table": "AutoProcScaling", "key": "596148", "folded": 5},
        "entities": [{"id": "dataset:ispyb:AutoProcScaling:596148"}],
    }
    assert data["link"] == {"id": "ispyb:BLSession:55167", "folded": True}
    assert data["own"] == {"id": "ispyb:BLSample:374695", "folded": False}
    assert data["none"] is None


def test_where_a_row_went_is_looked_up_for_every_answer(settings: Settings) -> None:
    query = '{ source(system: "ispyb", table: "BLSample", key: "374695") { id folded } }'
    said = [("ispyb:BLSample:374695", False), ("ispyb:Container:33049", True)]

    async def run() -> list[Any]:
        api = await open_api(settings)
        try:
            answers = []
            for record in said:
                api._locate = lambda *_, record=record: record
                answers.append((await api.answer(query)).data)
            return answers
        finally:
            await api.graph.close()

    assert [data["source"] for data in asyncio.run(run())] == [
        {"id": record, "folded": folded} for record, folded in said
    ]


def test_an_answer_says_which_run_it_is_of_and_which_is_under_way(settings: Settings) -> None:
    done = ask(settings, "{ samples { totalCount } }")["extensions"]
    assert done["asOf"].startswith("run-")
    assert done["load"] is None
    with Graph(settings.target()) as graph:
        running = {"id": "run-9999", "state": "running", "source": "ispyb"}
        graph.write(START_RUN, {"id": "run-9999", "run": running})
    told = ask(settings, "{ samples { totalCount } }")["extensions"]
    assert told["asOf"] == done["asOf"]
    assert told["load"] == "run-9999"
