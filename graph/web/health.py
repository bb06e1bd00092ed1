"""Whether the server can answer."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graph.problem import Problem
from graph.resolvers import Api


async def health(request: Request) -> Response:
    """200 while the graph answers, 503 with the reason while it does not."""
    api: Api = request.app.state.api
    try:
        await api.graph.read("RETURN 1 AS one", {})
    except Problem as problem:
        told = {"status": "down", "reason": str(problem)}
        return Response(orjson.dumps(told), 503, media_type="application/json")
    told = {"status": "up", "engine": api.graph.dialect.name}
    return Response(orjson.dumps(told), media_type="application/json")
