"""What a graph holds, to be compared with what it held."""

from typing import Any

from graph.engine import Graph


def content(graph: Graph) -> tuple[Any, ...]:
    """Everything a graph holds, apart from runs and which of them wrote it."""
    nodes = graph.run(
        "MATCH (n) WHERE NOT n:LoadRun RETURN labels(n)[0] AS l, properties(n) AS p ORDER BY l, n.id"
    )
    for row in nodes:
        row["p"].pop("run", None)
    edges = graph.run(
        "MATCH (a)-[e]->(b) RETURN a.id AS a, type(e) AS t, b.id AS b, properties(e) AS p "
        "ORDER BY a, t, b"
    )
    for row in edges:
        row["p"].pop("run", None)
    return nodes, edges
