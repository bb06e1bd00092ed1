"""The real chain of `tests/data/ispyb-real-chain`, from MariaDB to one GraphQL answer."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from graph.engine import AsyncGraph, Graph, Target
from graph.model import default_model
from graph.resolvers import Api
from graph.schema import build_schema
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.ispyb import mariadb_chain
from tests.parts.mariadb import MariaDbServer

FROM_SAMPLE = """
{
  samples(where: { name: { eq: "tlys_jan_4" } }) {
    nodes {
      id
      crystal { macromolecule { acronym proposal { name } } }
      container { dewar { shipment { name } } }
      datasets(where: { kind: { eq: "raw" } }) {
        nodes {
          id numberOfImages wavelength transmission beamSizeX scanEndAngle startTime
          investigation { name instrument { name } members { nodes { name } } }
          derivatives(first: 100, where: { stage: { eq: "integration" } }) {
            totalCount
            nodes { derivatives { nodes { id stage sources { totalCount nodes { id } } } } }
          }
          usedBy(first: 100) {
            totalCount
            nodes {
              software outcome
              files { totalCount }
              generated(where: { stage: { eq: "scaling" } }) {
                totalCount
                nodes { id spaceGroup statistics { shell rMerge ccHalf ccAnomalous } }
              }
            }
          }
        }
      }
    }
  }
}
"""


def ask(target: Target, query: str) -> dict[str, Any]:
    """One document, answered."""

    async def answered() -> dict[str, Any]:
        graph = await AsyncGraph.open(target)
        try:
            return (
                await Api(build_schema(default_model()), default_model(), graph).answer(query)
            ).as_json()
        finally:
            await graph.close()

    told = asyncio.run(answered())
    assert "errors" not in told, told["errors"]
    data: dict[str, Any] = told["data"]
    return data


@pytest.fixture(scope="module")
def chain_urls(mariadb: MariaDbServer) -> dict[str, str]:
    """The chain in MariaDB, under each flavour's whole schema."""
    return {flavour: mariadb_chain(mariadb, flavour) for flavour in ("dls", "esrf")}


@pytest.fixture(scope="module", params=["dls", "esrf"])
def chain(
    request: pytest.FixtureRequest, chain_urls: dict[str, str], target: Target, data_root: Path
) -> Target:
    """The chain of each flavour, in each engine, from MariaDB."""
    url = chain_urls[request.param]
    folder = data_root / f"chain-{request.param}-{target.user}"
    order = Order("ispyb", url, "ispyb", zone="Europe/London")
    with Graph(target) as graph:
        wipe(graph)
        account = migrate(order, graph, folder, default_model(), lambda *_: None)
    assert account.flavour == request.param
    assert account.views == ["v_everything"]
    assert account.totals()["read"] == 76
    assert account.totals()["refused"] == account.totals()["not_mapped"] == 0
    return target


def test_from_the_sample_one_document_returns_the_whole_chain(chain: Target) -> None:
    (sample,) = ask(chain, FROM_SAMPLE)["samples"]["nodes"]
    assert sample["crystal"]["macromolecule"] == {
        "acronym": "therm",
        "proposal": {"name": "cm14451"},
    }
    assert sample["container"]["dewar"]["shipment"]["name"] == "Default Shipping:cm14451-1"
    (collection,) = sample["datasets"]["nodes"]
    assert collection["id"] == "dataset:ispyb:DataCollection:993677"
    assert collection["numberOfImages"] == 3600
    assert collection["investigation"]["name"] == "cm14451-1"
    assert collection["investigation"]["instrument"]["name"] == "i03"
    assert collection["investigation"]["members"]["nodes"] == [{"name": "Boaty McBoatface"}]
    assert collection["derivatives"]["totalCount"] == 8
    programs = collection["usedBy"]
    assert programs["totalCount"] == 6
    assert sum(program["files"]["totalCount"] for program in programs["nodes"]) == 11
    scalings = [item for program in programs["nodes"] for item in program["generated"]["nodes"]]
    assert len(scalings) == 6
    assert sum(len(item["statistics"]) for item in scalings) == 18
    assert {program["outcome"] for program in programs["nodes"]} == {"succeeded"}


def test_values_stand_in_canonical_units(chain: Target) -> None:
    (sample,) = ask(chain, FROM_SAMPLE)["samples"]["nodes"]
    (collection,) = sample["datasets"]["nodes"]
    assert collection["wavelength"] == pytest.approx(1.28255)
    assert collection["transmission"] == pytest.approx(0.401936)  # 40.1936 % at the source
    assert collection["beamSizeX"] == pytest.approx(50.0)  # 0.05 mm at the source
    assert collection["scanEndAngle"] == pytest.approx(45 + 3600 * 0.1)  # axisEnd says 0.1
    assert collection["startTime"] == "2016-01-14T12:40:34.000Z"
    (fast_dp,) = [item for item in collection["usedBy"]["nodes"] if item["software"] == "fast_dp"]
    shells = {item["shell"]: item for item in fast_dp["generated"]["nodes"][0]["statistics"]}
    assert shells["overall"]["ccHalf"] == pytest.approx(0.999)  # 99.9 at the source
    assert shells["outer"]["rMerge"] == pytest.approx(0.766)


def test_a_scaling_of_several_integrations_shows_them_all(chain: Target) -> None:
    data = ask(
        chain,
        '{ node(id: "dataset:ispyb:AutoProcScaling:596148") '
        "{ ... on Dataset { sources { totalCount nodes { id } } } } }",
    )
    ids = [item["id"] for item in data["node"]["sources"]["nodes"]]
    assert ids == [f"dataset:ispyb:AutoProcIntegration:{key}" for key in (592524, 592525)]


@pytest.mark.parametrize("key", [596133, 596138, 596145, 596146, 596147, 596148])
def test_lineage_from_any_scaling_leads_back_to_the_sample(chain: Target, key: int) -> None:
    query = (
        f'{{ lineage(id: "dataset:ispyb:AutoProcScaling:{key}") '
        "{ complete nodes { depth stop node { id } } } }"
    )
    lineage = ask(chain, query)["lineage"]
    assert lineage["complete"] is True
    last = lineage["nodes"][-1]
    assert last["node"]["id"] == "sample:ispyb:BLSample:374695"
    assert last["stop"] == "ORIGIN"


def test_any_record_is_an_address_of_what_it_describes(chain: Target) -> None:
    data = ask(
        chain,
        """{
          folded: node(id: "dataset:ispyb:DataCollectionGroup:988855") { id }
          detail: node(id: "dataset:ispyb:AutoProc:596421") { id }
          world: node(id: "proposal:ispyb:Proposal:37027") { id ... on Proposal { name } }
          row: node(id: "ispyb:BLSample:374695") { id ... on SourceRecord { entities { id } } }
          nothing: node(id: "dataset:ispyb:DataCollection:1") { id }
        }""",
    )
    assert data["folded"]["id"] == "dataset:ispyb:DataCollection:993677"
    assert data["detail"]["id"] == "dataset:ispyb:AutoProcScaling:596148"
    assert data["world"] == {"id": "proposal:diamond-light-source:cm14451", "name": "cm14451"}
    assert data["row"]["entities"] == [{"id": "sample:ispyb:BLSample:374695"}]
    assert data["nothing"] is None
