"""What is gathered in parts is what is gathered at once."""

from pathlib import Path

import pytest

from beamgraph.simulator import Wish, simulate
from graph.problem import Problem
from migrators.identity import edges, known, nodes
from migrators.mapping import gathering, mapped, parts
from migrators.run import Order
from tests.parts.ispyb import sqlite_chain
from tests.parts.wanted import told

pytestmark = pytest.mark.usefixtures("migration")


def test_however_many_parts_the_graph_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(Wish(tmp_path / "lumen", seed=3, scale=0.0005))
    orders = (
        Order("ispyb", f"sqlite:///{tmp_path / 'lumen' / 'ispyb-esrf.sqlite'}", "ispyb"),
        Order("icat", f"sqlite:///{tmp_path / 'lumen' / 'icat.sqlite'}", "icat"),
    )
    whole = told(tmp_path / "whole", *orders)
    for module, name in (
        (gathering, "ROWS"), (nodes, "ROWS"), (nodes, "RECORD_ROWS"), (edges, "LINKS"), (known, "ROWS"),
        (parts, "OPEN_CELLS"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 500)
    divided = told(tmp_path / "parts", *orders)
    assert divided.nodes == whole.nodes
    assert divided.edges == whole.edges
    assert not list((tmp_path / "parts").rglob("drafts"))


def test_too_little_memory_is_one_line_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_chain("dls", tmp_path).url
    order = Order("ispyb", url, "ispyb", zone="Europe/London")
    with monkeypatch.context() as little:
        little.setattr(mapped, "MEMORY", "1MB")
        with pytest.raises(Problem, match="Out of Memory") as caught:
            told(tmp_path / "data", order)
    assert "\n" not in str(caught.value)
    assert told(tmp_path / "data", order).nodes["Dataset"]
