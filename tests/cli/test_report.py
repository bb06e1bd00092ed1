"""The account for a person: as text, as JSON, as one page; and the proof."""

import json
import re
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph, Target
from tests.cli.test_errors import beamgraph, one_line
from tests.conftest import wipe


@pytest.fixture(scope="module")
def loaded(
    embedded_target: Target, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Target, Path]:
    """Both databases with defects in the graph; ISPyB has a column and a view of its own."""
    import sqlite3

    folder = tmp_path_factory.mktemp("report")
    simulate(Wish(folder, seed=3, scale=0.0004, noise=2))
    with sqlite3.connect(folder / "ispyb-esrf.sqlite") as db:
        db.execute("ALTER TABLE Protein ADD COLUMN shoeSize int DEFAULT 43")
        db.execute("CREATE VIEW v_protein AS SELECT * FROM Protein")
    db.close()
    with Graph(embedded_target) as graph:
        wipe(graph)
    for system, name in (("ispyb", "ispyb-esrf"), ("icat", "icat")):
        words = ("migrate", system, f"sqlite:///{folder}/{name}.sqlite")
        done = beamgraph(*words, target=embedded_target, folder=folder / "data")
        assert done.returncode == 0, done.stderr
    return embedded_target, folder


def test_one_page_tells_all_and_asks_nobody(loaded: tuple[Target, Path], tmp_path: Path) -> None:
    target, folder = loaded
    page = tmp_path / "account.html"
    done = beamgraph("report", "--html", str(page), target=target, folder=folder / "data")
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert "rows were read, and each is accounted for" in text
    assert "Protein.shoeSize" in text
    assert "v_protein" in text
    assert "Where records disagree" in text
    assert "Person.passwd" in text  # by name, with its reason; its values never
    assert "hunter2" not in text
    assert re.findall(r'(?:src|href)="|url\(|@import', text) == []
    for word in ("AutoProcScalingStatistics", "DatasetParameter", "lead nowhere"):
        assert word in text


def test_the_text_shows_columns_references_and_conflicts(loaded: tuple[Target, Path]) -> None:
    target, folder = loaded
    done = beamgraph("report", target=target, folder=folder / "data")
    lines = done.stdout.splitlines()
    heads = [line for line in lines if line.startswith(("columns of", "references by", "table "))]
    assert len(heads) == 3
    assert any(line.startswith("records disagree about ") for line in lines)
    told = json.loads(beamgraph("report", "--json", target=target, folder=folder / "data").stdout)
    assert told["source"] == "icat"
    assert told["links"]
    assert {item["fate"] for item in told["coverage"]} <= {"mapped", "kept", "left out", "withheld"}
    (first, *_) = told["conflicts"]
    assert first["count"] >= len(first["examples"]) > 0


def test_the_graph_is_proven_and_a_change_of_it_is_named(loaded: tuple[Target, Path]) -> None:
    target, folder = loaded
    words = ("verify", f"sqlite:///{folder}/icat.sqlite", "--as", "icat", "--seed", "5", "--json")
    told = json.loads(beamgraph(*words, target=target, folder=folder / "data").stdout)
    assert told["holds"]
    assert told["sampled"] > 100
    with Graph(target) as graph:
        graph.write("MATCH (n:Instrument) WITH n LIMIT 1 SET n.fullName = 'changed'")
    done = beamgraph("verify", target=target, folder=folder / "data")
    assert "changed: Instrument" in done.stdout
    one_line(done, "1 findings", "beamgraph migrate")
