"""Walk a lineage level by level, for an engine that does not prune a walk.

Every node is expanded once, so the cost grows with the nodes and edges that are found.
"""

from collections.abc import Mapping
from typing import Any

from graph.engine.bolt import Ask
from graph.resolvers.limits import check
from graph.resolvers.plan import Walk


async def walk_levels(
    ask: Ask, walk: Walk, parameters: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """The ids that a walk finds, by label, with depth and edges; and how much was asked."""
    begun = await ask(walk.start, parameters)
    nodes = {row["id"]: {"id": row["id"], "l": row["label"], "d": 0, "m": False} for row in begun}
    edges: list[dict[str, Any]] = []
    frontier = [row["id"] for row in begun]
    asked = 1
    for depth in range(walk.depth + 1):
        if not frontier:
            break
        rows, count = await _step(ask, walk, nodes, frontier, parameters)
        asked += count
        check("edges of a lineage", len(edges) + len(rows), walk.edges)
        for row in rows:
            nodes[row["a"]]["m"] = True
        if depth == walk.depth:
            break
        frontier = []
        for row in rows:
            edges.append(row["edge"])
            if row["id"] not in nodes:
                nodes[row["id"]] = {"id": row["id"], "l": row["label"], "d": depth + 1, "m": False}
                frontier.append(row["id"])
        check("nodes of a lineage", len(nodes), walk.limit)
    found: dict[str, Any] = {label: [] for label in walk.steps}
    for node in nodes.values():
        found[node["l"]].append(node["id"])
    found["walk"] = {"nodes": list(nodes.values()), "edges": edges}
    return found, asked


async def _step(
    ask: Ask,
    walk: Walk,
    nodes: Mapping[str, Any],
    frontier: list[str],
    parameters: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], int]:
    by_label: dict[str, list[str]] = {}
    for identity in frontier:
        by_label.setdefault(nodes[identity]["l"], []).append(identity)
    rows: list[dict[str, Any]] = []
    for label, ids in by_label.items():
        rows += await ask(walk.steps[label], {**parameters, "ids": ids})
    return rows, len(by_label)
