"""Which records of two databases are one thing: the rules, and what they give on simulated data."""

import json
from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from beamgraph.simulator.tables import tables
from migrators.identity.rules import scores
from migrators.run import Order
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")

SCALE = 0.0006
COMPARED = ("Investigation", "Sample", "Person", "Proposal", "Instrument", "DataPublication")


def orders(folder: Path, flavour: str = "esrf") -> tuple[Order, Order]:
    return (
        Order("ispyb", f"sqlite:///{folder}/ispyb-{flavour}.sqlite", "ispyb"),
        Order("icat", f"sqlite:///{folder}/icat.sqlite", "icat"),
    )


@pytest.fixture(scope="module", params=(0, 1, 2))
def noisy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path]:
    folder = tmp_path_factory.mktemp(f"noise-{request.param}")
    simulate(Wish(folder, seed=3, scale=SCALE, noise=request.param))
    return request.param, folder


@pytest.fixture(scope="module")
def both(noisy: tuple[int, Path]) -> Told:
    _, folder = noisy
    return told(folder / "data", *orders(folder))


def truth(folder: Path) -> list[tuple[str, list[str]]]:
    things = json.loads((folder / "truth.json").read_text())["things"]
    return [(thing["label"], thing["records"]) for thing in things]


def described(graph: Told) -> dict[tuple[str, str], str]:
    found = {}
    for kind, record, entity in graph.edges:
        if kind == "DESCRIBES":
            found[(record, entity.partition(":")[0])] = entity
    return found


def test_nothing_is_merged_that_is_not_one_thing(noisy: tuple[int, Path], both: Told) -> None:
    known = described(both)
    owner: dict[str, int] = {}
    for number, (label, records) in enumerate(truth(noisy[1])):
        for record in records:
            entity = known.get((record, label.lower()))
            if entity is not None:
                assert owner.setdefault(entity, number) == number, (entity, records)


def test_raw_datasets_find_their_twin(noisy: tuple[int, Path], both: Told) -> None:
    level, folder = noisy
    known = described(both)
    pairs = [
        records
        for label, records in truth(folder)
        if label == "Dataset"
        and any(item.startswith("icat:") for item in records)
        and any(item.startswith("ispyb:DataCollection") for item in records)
    ]
    assert len(pairs) > 100
    one = [len({known.get((item, "dataset")) for item in records}) == 1 for records in pairs]
    assert sum(one) / len(one) >= {0: 1.0, 1: 0.97, 2: 0.9}[level]


def test_visits_samples_and_people_find_theirs(noisy: tuple[int, Path], both: Told) -> None:
    if noisy[0]:
        return
    known = described(both)
    for label, records in truth(noisy[1]):
        if label in COMPARED:
            entities = {known.get((record, label.lower())) for record in records}
            assert len(entities) == 1, records


def test_what_matched_says_by_which_rule_and_how_sure(both: Told) -> None:
    seen = set()
    for (kind, record, _), edge in both.edges.items():
        if kind == "DESCRIBES" and "score" in edge:
            assert edge["score"] == scores()[edge["rule"]]
            assert edge["compared"]
            assert edge["basis"] == "inferred"
            seen.add(edge["rule"])
            assert record
    assert {"collection id", "collections of one group", "login"} <= seen


def test_whichever_database_comes_first_the_graph_is_the_same(
    noisy: tuple[int, Path], both: Told, tmp_path: Path
) -> None:
    if noisy[0] != 1:
        return
    other = told(tmp_path, *reversed(orders(noisy[1])))
    assert other.nodes == both.nodes
    assert other.edges == both.edges


def test_both_flavours_hold_the_same_datasets(
    noisy: tuple[int, Path], both: Told, tmp_path: Path
) -> None:
    if noisy[0]:
        return
    other = told(tmp_path, *orders(noisy[1], "dls"))
    for label in ("Dataset", "Sample"):
        mine, theirs = (
            {key for key in one.nodes[label] if not set(key.split(":")) & FLAVOURED}
            for one in (both, other)
        )
        assert mine == theirs


FLAVOURED = (set(tables("ispyb-dls")) ^ set(tables("ispyb-esrf"))) | {"icat"}
"""Tables of one flavour only; without its twin there a dataset is called by ICAT's record."""
