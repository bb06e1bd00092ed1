"""Two simulated databases in one graph: one answer from both, whichever came first."""

import json
from pathlib import Path
from typing import Any

import pytest

from beamgraph.simulator import Wish, simulate
from graph.engine import Graph, Target
from graph.model import default_model
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.content import content
from tests.test_chain import ask

QUESTIONS = Path(__file__).resolve().parent.parent / "tools" / "questions"
FROM_SAMPLE = """
{
  samples(
    first: 1
    where: { datasets: { some: {
      investigation: { some: { publications: { some: {} } } }
      derivatives: { some: { derivatives: { some: { structures: { some: {} } } } } }
    } } }
  ) {
    nodes {
      name
      records { nodes { source } }
      datasets(where: { kind: { eq: "raw" } }) {
        totalCount
        nodes {
          id kind numberOfImages wavelength fileCount
          techniques { nodes { iri } }
          records { edges { rule score node { source table } } }
          investigation { name releaseDate publications { nodes { doi } } records { nodes { source } } }
          derivatives { nodes { stage derivatives { nodes { stage structures { nodes { code } } } } } }
          usedBy { nodes { software outcome } }
        }
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def lumen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lumen")
    simulate(Wish(folder, scale=0.002))
    return folder


@pytest.fixture(scope="module")
def pair(lumen: Path) -> tuple[int, int]:
    """The numbers of one true pair: a collection of ISPyB and its dataset in ICAT."""
    for thing in json.loads((lumen / "truth.json").read_text())["things"]:
        found = {
            record.rpartition(":")[0]: record.rpartition(":")[2] for record in thing["records"]
        }
        if {"ispyb:DataCollection", "icat:Dataset"} <= set(found):
            return int(found["ispyb:DataCollection"]), int(found["icat:Dataset"])
    raise AssertionError("no pair")


def load(target: Target, lumen: Path, system: str, folder: Path) -> None:
    file = {"ispyb": "ispyb-esrf.sqlite", "icat": "icat.sqlite"}[system]
    with Graph(target) as graph:
        order = Order(system, f"sqlite:///{lumen / file}", system)
        migrate(order, graph, folder, default_model(), lambda *_: None)


@pytest.fixture(scope="module")
def ispyb_first(
    embedded_target: Target,
    lumen: Path,
    pair: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Target, str]:
    """The graph on the embedded engine, and the id of the pair while only ISPyB was there."""
    folder = tmp_path_factory.mktemp("ispyb-first")
    with Graph(embedded_target) as graph:
        wipe(graph)
    load(embedded_target, lumen, "ispyb", folder)
    alone = entity(embedded_target, "ispyb", "DataCollection", pair[0])
    load(embedded_target, lumen, "icat", folder)
    return embedded_target, alone


@pytest.fixture(scope="module")
def icat_first(
    neo4j_target: Target,
    lumen: Path,
    pair: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Target, str]:
    """The same on Neo4j, ICAT first."""
    folder = tmp_path_factory.mktemp("icat-first")
    with Graph(neo4j_target) as graph:
        wipe(graph)
    load(neo4j_target, lumen, "icat", folder)
    alone = entity(neo4j_target, "icat", "Dataset", pair[1])
    load(neo4j_target, lumen, "ispyb", folder)
    return neo4j_target, alone


def entity(target: Target, system: str, table: str, key: int) -> str:
    query = (
        f'{{ source(system: "{system}", table: "{table}", key: "{key}") {{ entities {{ id }} }} }}'
    )
    ids = [item["id"] for item in ask(target, query)["source"]["entities"]]
    (found,) = [item for item in ids if item.startswith("dataset:")]
    return str(found)


@pytest.fixture(params=("ispyb_first", "icat_first"))
def graph(server: None, request: pytest.FixtureRequest) -> tuple[Target, str]:
    found: tuple[Target, str] = request.getfixturevalue(request.param)
    return found


def test_one_document_answers_from_both_databases(graph: tuple[Target, str]) -> None:
    (sample,) = ask(graph[0], FROM_SAMPLE)["samples"]["nodes"]
    assert {record["source"] for record in sample["records"]["nodes"]} == {"icat", "ispyb"}
    datasets = sample["datasets"]
    assert datasets["totalCount"] == len(datasets["nodes"]) >= 1
    full = [item for item in datasets["nodes"] if item["numberOfImages"] > 1000]
    assert full
    for dataset in full:
        assert dataset["kind"] == "raw"
        assert dataset["wavelength"] is not None
        assert dataset["fileCount"] is not None  # only ICAT knows
        sources = {edge["node"]["source"] for edge in dataset["records"]["edges"]}
        assert sources == {"icat", "ispyb"}
        assert len(dataset["techniques"]["nodes"]) == 2
        visit = dataset["investigation"]
        assert visit["publications"]["nodes"]
        assert {item["source"] for item in visit["records"]["nodes"]} == {"icat", "ispyb"}
    stages = [d["stage"] for item in full for d in item["derivatives"]["nodes"]]
    assert "integration" in stages
    structures = [
        structure["code"]
        for item in full
        for below in item["derivatives"]["nodes"]
        for scaling in below["derivatives"]["nodes"]
        for structure in scaling["structures"]["nodes"]
    ]
    assert structures
    assert any(item["usedBy"]["nodes"] for item in full)


@pytest.mark.parametrize("name", ["portal", "analyst", "engineer"])
def test_the_questions_of_the_demo_have_answers(ispyb_first: tuple[Target, str], name: str) -> None:
    answer = ask(ispyb_first[0], (QUESTIONS / f"{name}.graphql").read_text(encoding="utf-8"))
    assert all(found["totalCount"] > 0 for found in answer.values())
    assert next(iter(answer.values()))["nodes"]


def test_either_record_of_a_pair_leads_to_the_same_dataset(
    graph: tuple[Target, str], pair: tuple[int, int]
) -> None:
    one = entity(graph[0], "ispyb", "DataCollection", pair[0])
    assert one == entity(graph[0], "icat", "Dataset", pair[1])
    assert one == f"dataset:ispyb:DataCollection:{pair[0]}"


def test_the_id_of_when_one_database_was_alone_still_answers(
    graph: tuple[Target, str], pair: tuple[int, int]
) -> None:
    target, alone = graph
    found = ask(target, f'{{ node(id: "{alone}") {{ id }} }}')
    assert found["node"]["id"] == f"dataset:ispyb:DataCollection:{pair[0]}"


def test_the_order_of_the_databases_changes_nothing(
    ispyb_first: tuple[Target, str], icat_first: tuple[Target, str]
) -> None:
    graphs: list[Any] = []
    for target, _ in (ispyb_first, icat_first):
        with Graph(target) as graph:
            graphs.append(content(graph))
    for one, other in zip(*graphs, strict=True):
        assert plain(one) == plain(other)


def plain(rows: list[dict[str, Any]]) -> list[str]:
    """Rows as texts that compare: engines give properties in orders of their own."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)
