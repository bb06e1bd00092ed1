"""A load can be repeated, and killed anywhere and repeated."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from graph.engine import Graph, Target
from graph.model import default_model
from graph.problem import Problem
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.content import content
from tests.parts.ispyb import Database, insert, sqlite_chain


def run(graph: Graph, database: Database, folder: Path) -> Any:
    order = Order("ispyb", database.url, "ispyb", zone="Europe/London")
    return migrate(order, graph, folder, default_model(), lambda *_: None)


def test_a_second_run_writes_nothing_but_its_own_run(
    graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    first = run(graph, chain_files["dls"], tmp_path)
    assert first.totals()["nodes_written"] == 91
    before = content(graph)
    stamps = graph.run("MATCH (r:SourceRecord) RETURN DISTINCT r.run AS run")
    second = run(graph, chain_files["dls"], tmp_path)
    totals = second.totals()
    assert totals["nodes_written"] == totals["edges_written"] == 0
    assert totals["nodes_gone"] == totals["edges_gone"] == 0
    assert content(graph) == before
    assert graph.run("MATCH (r:SourceRecord) RETURN DISTINCT r.run AS run") == stamps
    assert len(graph.run("MATCH (r:LoadRun) RETURN r.id AS id")) == 2


def test_what_changed_at_the_source_changes_in_the_graph_and_nothing_else(
    embedded_graph: Graph, tmp_path: Path
) -> None:
    database = sqlite_chain("dls", tmp_path)
    run(embedded_graph, database, tmp_path / "data")
    database.execute("UPDATE BLSample SET name = 'renamed' WHERE blSampleId = 374695")
    database.execute(
        "DELETE FROM AutoProcProgramAttachment WHERE autoProcProgramAttachmentId = 1023947"
    )
    account = run(embedded_graph, database, tmp_path / "data")
    assert account.written.nodes == {"Sample": 1, "SourceRecord": 1}
    assert account.written.nodes_gone == {"File": 1, "SourceRecord": 1}
    assert embedded_graph.run("MATCH (s:Sample) RETURN s.name AS name") == [{"name": "renamed"}]


def test_a_graph_at_another_address_is_known_by_its_last_run(
    embedded_graph: Graph, tmp_path: Path
) -> None:
    database = sqlite_chain("dls", tmp_path)
    run(embedded_graph, database, tmp_path / "data")
    for state in list((tmp_path / "data" / "graphs").glob("*/state.json")):
        state.parent.rename(state.parent.with_name("as-it-was-called-before"))
    database.execute("UPDATE BLSample SET name = 'renamed' WHERE blSampleId = 374695")
    account = run(embedded_graph, database, tmp_path / "data")
    assert account.written.nodes == {"Sample": 1, "SourceRecord": 1}


def test_a_lost_state_is_found_again_in_the_graph(embedded_graph: Graph, tmp_path: Path) -> None:
    database = sqlite_chain("dls", tmp_path)
    run(embedded_graph, database, tmp_path / "data")
    before = content(embedded_graph)
    for path in (tmp_path / "data" / "graphs").rglob("*"):
        if path.is_file():
            path.unlink()
    database.execute(
        "DELETE FROM AutoProcProgramAttachment WHERE autoProcProgramAttachmentId = 1023947"
    )
    account = run(embedded_graph, database, tmp_path / "data")
    assert account.written.nodes_gone == {"File": 1, "SourceRecord": 1}
    nodes, edges = content(embedded_graph)
    assert len(nodes) == len(before[0]) - 2
    assert len(edges) == len(before[1]) - 2


def test_a_graph_with_sources_unknown_here_is_left_alone(
    embedded_graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    run(embedded_graph, chain_files["dls"], tmp_path / "one")
    before = content(embedded_graph)
    model = default_model()
    other = Order("ispyb", chain_files["esrf"].url, "other")
    with pytest.raises(Problem, match="the graph holds source 'ispyb'"):
        migrate(other, embedded_graph, tmp_path / "two", model, lambda *_: None)
    taken = Order("ispyb", chain_files["esrf"].url, "ispyb")
    with pytest.raises(Problem, match=r"taken in the graph by a source whose flavour is dls"):
        migrate(taken, embedded_graph, tmp_path / "three", model, lambda *_: None)
    assert content(embedded_graph) == before


def test_two_sources_live_in_one_graph(
    embedded_graph: Graph, chain_files: dict[str, Database], tmp_path: Path
) -> None:
    run(embedded_graph, chain_files["dls"], tmp_path)
    other = Order("ispyb", chain_files["esrf"].url, "other", facility="Elsewhere")
    migrate(other, embedded_graph, tmp_path, default_model(), lambda *_: None)
    names = embedded_graph.run("MATCH (p:Proposal) RETURN p.id AS id ORDER BY id")
    assert [row["id"] for row in names] == [
        "proposal:diamond-light-source:cm14451",
        "proposal:elsewhere:cm14451",
    ]
    assert run(embedded_graph, chain_files["dls"], tmp_path).totals()["nodes_written"] == 0


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The chain with enough rows that a load takes a while."""
    database = sqlite_chain("dls", tmp_path_factory.mktemp("larger"))
    with sqlite3.connect(database.path) as connection:
        for number in range(1, 4001):
            insert(
                connection,
                "BLSample",
                {"blSampleId": number, "name": f"s{number}", "crystalId": 310037},
            )
            group = {"dataCollectionGroupId": number, "sessionId": 55167, "blSampleId": number}
            insert(connection, "DataCollectionGroup", group)
            row = {"dataCollectionId": number, "dataCollectionGroupId": number, "numberOfImages": 1}
            insert(connection, "DataCollection", row)
    connection.close()
    return database


def test_a_run_that_is_killed_and_repeated_ends_in_the_same_graph(
    target: Target, larger: Database, tmp_path: Path
) -> None:
    with Graph(target) as graph:
        wipe(graph)
        run(graph, larger, tmp_path / "whole")
        expected = content(graph)
        wipe(graph)
    dice = random.Random(5)
    folder = tmp_path / "killed"
    ends = []
    for seconds in (1.5, 3.0, 4.0 + dice.random(), 5.5 + dice.random()):
        ends.append(_killed_after(seconds, target, larger, folder))
    assert ends.count(-signal.SIGKILL) >= 2, "the runs were over before they could be killed"
    with Graph(target) as graph:
        run(graph, larger, folder)
        assert content(graph) == expected
        assert run(graph, larger, folder).totals()["nodes_written"] == 0


@pytest.mark.fuzz
def test_twenty_kills_each_followed_by_a_repeat(
    embedded_target: Target, larger: Database, tmp_path: Path
) -> None:
    """At any moment of staging, mapping, identity and load."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    with Graph(embedded_target) as graph:
        wipe(graph)
        begin = time.monotonic()
        run(graph, larger, tmp_path / "whole")
        whole = time.monotonic() - begin
        expected = content(graph)
        for number in range(20):
            wipe(graph)
            folder = tmp_path / f"killed-{number}"
            _killed_after(dice.uniform(1.0, whole + 1.5), embedded_target, larger, folder)
            run(graph, larger, folder)
            assert content(graph) == expected


def _killed_after(seconds: float, target: Target, database: Database, folder: Path) -> int:
    words = [sys.executable, "-m", "tests.parts.migrate", target.url, target.user, target.password]
    process = subprocess.Popen([*words, database.url, str(folder)])
    time.sleep(seconds)
    process.kill()
    return process.wait()
