"""Which load ended last, and which is under way: what every answer says of its time."""

import time
from typing import Any

from graph.engine import AsyncGraph

RUNS = """MATCH (r:LoadRun) WHERE r.id > ''
RETURN r.id AS id, r.state AS state ORDER BY r.id DESC LIMIT 20"""
FRESH_SECONDS = 1.0


class RunWatch:
    """Looks at the runs of a graph, at most once a second."""

    def __init__(self, graph: AsyncGraph) -> None:
        self._graph = graph
        self._until = 0.0
        self._told: dict[str, Any] = {}

    async def told(self) -> dict[str, Any]:
        """`asOf`: the run that ended last; `load`: the run under way, if one is."""
        now = time.monotonic()
        if now >= self._until:
            self._until = now + FRESH_SECONDS
            rows = await self._graph.read(RUNS, {})
            done = next((row["id"] for row in rows if row["state"] == "done"), None)
            running = rows[0]["id"] if rows and rows[0]["state"] == "running" else None
            self._told = {"asOf": done, "load": running}
        return self._told
