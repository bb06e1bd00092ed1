"""One graph for a whole module."""

from collections.abc import Iterator

import pytest

from graph.engine import Graph, Target
from tests.conftest import wipe


@pytest.fixture(scope="module")
def graph_once(target: Target) -> Iterator[Graph]:
    with Graph(target) as graph:
        wipe(graph)
        yield graph
