"""How an engine says that it would answer a statement, over enough nodes that it plans in earnest."""

from collections.abc import Mapping
from typing import Any

from graph.engine import Graph
from graph.model import default_model
from migrators.load.load import ordered
from migrators.load.statements import upsert_nodes

MODEL = default_model()


def fill(graph: Graph, count: int) -> None:
    """So many samples and datasets, whose ids end with their number in four digits."""
    for label in ("Sample", "Dataset"):
        rows = [
            ordered(MODEL.labels[label], {"id": f"{label.lower()}:s:T:{n:04}", "name": f"n{n}"})
            for n in range(count)
        ]
        graph.write(upsert_nodes(label), {"rows": rows})


def explained(graph: Graph, text: str, parameters: Mapping[str, Any]) -> Any:
    """The plan of a statement."""
    with graph._session() as session:
        plan = session.run("EXPLAIN " + text, dict(parameters)).consume().plan
    assert plan is not None
    return plan


def operators(plan: Mapping[str, Any]) -> set[str]:
    """The operators of a plan of Neo4j, without the name of the planner."""
    below = [operators(child) for child in plan.get("children", ())]
    return {str(plan["operatorType"]).partition("@")[0]}.union(*below)


READS_ALL = {"Sort", "Top", "NodeByLabelScan", "AllNodesScan"}
"""Operators that look at every node of a label, where an index should serve."""
