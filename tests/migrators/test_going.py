"""What was deleted at the source goes from the graph, unless the world knows its name."""

import json
import sqlite3
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph
from graph.model import default_model
from graph.problem import Problem
from migrators.report.account import Account
from migrators.report.proof import prove
from migrators.run import Order, migrate

pytestmark = pytest.mark.usefixtures("migration")


def run(graph: Graph | None, folder: Path, *accepted: str) -> Account:
    order = Order("icat", f"sqlite:///{folder}/icat.sqlite", "icat", accepted=accepted)
    return migrate(order, graph, folder / "data", default_model(), lambda *_: None)


def change(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "icat.sqlite") as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def test_a_doi_keeps_answering_when_its_rows_are_gone(graph: Graph, tmp_path: Path) -> None:
    simulate(Wish(tmp_path, scale=0.0006))
    run(graph, tmp_path)
    (first,) = graph.run("MATCH (d:DataPublication) RETURN d.id AS id, d.doi AS doi LIMIT 1")
    papers = graph.run("MATCH (p:Publication)-[:CITES]->(d:DataPublication) RETURN count(*) AS n")
    assert papers[0]["n"] > 0
    change(tmp_path, "DELETE FROM DATAPUBLICATION", "DELETE FROM DATACOLLECTION WHERE DOI <> ''")
    account = run(graph, tmp_path)
    assert account.written.withdrawn["DataPublication"] > 0
    row = "MATCH (d:DataPublication {id: $id}) RETURN d.state AS state, d.doi AS doi"
    assert graph.run(row, {"id": first["id"]}) == [{"state": "withdrawn", "doi": first["doi"]}]
    log = (tmp_path / "data" / "runs" / f"{account.run}.log").read_text().splitlines()
    told = [json.loads(line) for line in log]
    assert {"withdrawn": "DataPublication", "id": first["id"]} in told
    assert sum("gone" in line for line in told) == (
        account.totals()["nodes_gone"] + account.totals()["edges_gone"]
    )
    assert prove(graph, tmp_path / "data", default_model(), lambda *_: None).holds
    again = run(graph, tmp_path)
    assert again.totals()["nodes_gone"] == again.totals()["nodes_written"] == 0
    assert graph.run(row, {"id": first["id"]})[0]["state"] == "withdrawn"


def test_a_run_that_would_take_away_much_asks_first(tmp_path: Path) -> None:
    simulate(Wish(tmp_path, scale=0.0006))
    before = run(None, tmp_path)
    rows = before.tables["DatasetParameter"].read
    assert before.changes["DatasetParameter"]["inserted"] == rows
    change(
        tmp_path, "DELETE FROM DATASETPARAMETER WHERE ID % 3 = 0", "UPDATE SAMPLE SET NAME = 'x'"
    )
    lost = rows // 3
    with pytest.raises(Problem, match=f"{lost} of {rows} rows of DatasetParameter") as caught:
        run(None, tmp_path)
    assert "--accept-deletes DatasetParameter" in str(caught.value)
    account = run(None, tmp_path, "DatasetParameter")
    assert account.changes["DatasetParameter"]["deleted"] == lost
    assert account.changes["Sample"]["updated"] == account.tables["Sample"].read
    assert run(None, tmp_path).changes == {}


def test_an_empty_clone_stops_with_its_figures(tmp_path: Path) -> None:
    simulate(Wish(tmp_path, scale=0.0006))
    run(None, tmp_path)
    with sqlite3.connect(tmp_path / "icat.sqlite") as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name not in ("FACILITY", "sqlite_sequence"):
                db.execute(f'DELETE FROM "{name}"')
        db.execute("DROP TABLE KEYWORD")
    db.close()
    with pytest.raises(Problem) as caught:
        run(None, tmp_path)
    for words in ("rows of Dataset", "rows of Datafile", "table Keyword with", "is missing"):
        assert words in str(caught.value)
