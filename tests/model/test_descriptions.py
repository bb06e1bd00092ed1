"""What the model says of its values is held against the values that there are."""

import re
from collections.abc import Iterator
from typing import Any

import ibis
import pytest

from beamgraph.simulator.simulate import Wish, simulate
from graph.model import default_model
from migrators.load.going import WITHDRAWN
from migrators.mapping import read_mapping
from migrators.mapping.transforms import TRANSFORMS, Context
from migrators.run import Order
from tests.parts.wanted import Told, told

MODEL = default_model()
LIST = re.compile(r"One of: (.+?)\.(?: |$)")
ELSEWHERE = {
    "state": {WITHDRAWN},
    "LoadRun.state": {"running", "done"},
    "LoadRun.system": {"ispyb", "icat"},
    "Decision.verdict": {"same", "different"},
    "Technique.ontology": {"PaNET", "ESRFET"},
}
"""Words that no rule of a mapping gives."""


def closed() -> Iterator[tuple[str, str, set[str], str]]:
    """Every property of which the description lists the values."""
    for label in MODEL.labels.values():
        for item in label.properties:
            found = LIST.search(item.description)
            if found:
                yield label.name, item.name, set(found[1].split(", ")), item.description


CLOSED = {f"{label}.{name}": (words, text) for label, name, words, text in closed()}


@pytest.fixture(scope="module")
def demo(migration: None, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the demo's graph holds: both databases of a simulated light source."""
    folder = tmp_path_factory.mktemp("demo")
    simulate(Wish(folder, scale=0.001))
    files = {"ispyb": "ispyb-esrf.sqlite", "icat": "icat.sqlite"}
    orders = [Order(name, f"sqlite:///{folder / file}", name) for name, file in files.items()]
    return told(folder / "data", *orders)


def producible(label: str, name: str) -> set[str]:
    """The words that the rules of both mappings can give a property."""
    words = set(ELSEWHERE.get(f"{label}.{name}", ())) | set(ELSEWHERE.get(name, ()))
    for system, flavour in (("ispyb", "dls"), ("ispyb", "esrf"), ("icat", "")):
        mapping = read_mapping(f"migrators.{system}")
        for node in mapping.nodes:
            if node.label == label:
                words |= {told[name] for told in (node.constants, node.defaults) if name in told}
        for rule in mapping.properties:
            if (rule.label, rule.property) == (label, name):
                words |= _literals(rule.transform, len(rule.columns), flavour)
    return words


def _literals(transform: str, count: int, flavour: str) -> set[str]:
    """The texts in the statement of a transform: what it can give is among them."""
    row = ibis.table({f"c{place}": "string" for place in range(count)}, name="t")
    made = TRANSFORMS[transform]([row[name] for name in row.columns], Context(flavour, "lab", None))
    return set(re.findall(r"'([^']*)'", ibis.to_sql(row.select(made=made), dialect="duckdb")))


def test_kinds_and_outcomes_list_their_values() -> None:
    assert {"Sample.kind", "Dataset.kind", "Dataset.stage", "Processing.kind", "Processing.outcome",
            "Processing.trigger", "Study.status", "LoadRun.state"} <= set(CLOSED)  # fmt: skip


@pytest.mark.parametrize("place", CLOSED)
def test_nothing_occurs_that_a_description_does_not_list(demo: Told, place: str) -> None:
    words, text = CLOSED[place]
    label, name = place.split(".")
    rows: list[dict[str, Any]] = list(demo.nodes.get(label, {}).values())
    assert {row[name] for row in rows if name in row} <= words
    if any(name not in row for row in rows):
        assert "null" in text.lower(), "some have none, and nothing says which"


@pytest.mark.parametrize("place", CLOSED)
def test_every_listed_value_occurs_or_can_be_made(demo: Told, place: str) -> None:
    label, name = place.split(".")
    rows = demo.nodes.get(label, {}).values()
    seen = {row[name] for row in rows if name in row}
    assert CLOSED[place][0] - seen <= producible(label, name)


@pytest.mark.parametrize("place", CLOSED)
def test_every_constant_of_the_mapping_is_listed(place: str) -> None:
    """Also of tables that the simulator leaves empty."""
    label, name = place.split(".")
    for system in ("ispyb", "icat"):
        for node in read_mapping(f"migrators.{system}").nodes:
            given = {told[name] for told in (node.constants, node.defaults) if name in told}
            assert node.label != label or given <= CLOSED[place][0]


def test_an_instrument_has_the_datasets_that_its_description_speaks_of(demo: Told) -> None:
    (edge,) = [e for e in MODEL.edges if (e.type, e.source) == ("AT_INSTRUMENT", "Dataset")]
    ends = {source for kind, source, _ in demo.edges if kind == "AT_INSTRUMENT"}
    kinds = {demo.nodes["Dataset"][item]["kind"] for item in ends if item in demo.nodes["Dataset"]}
    words = {"raw": "raw data", "group": "groups", "processed": "processed"}
    for kind in kinds:
        assert words[kind] in edge.description
