"""GraphQL over HTTP."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graph.problem import Problem
from graph.resolvers import Api
from graph.resolvers.execute import Response as Answer
from graph.web.pages import graphiql

MAX_BODY = 1_000_000
GRAPHQL = "application/graphql-response+json"


async def graphql(request: Request) -> Response:
    """Answer a document; a browser that comes without one gets GraphiQL."""
    if request.method == "GET" and "query" not in request.query_params:
        return await graphiql(request)
    try:
        asked = await _asked(request)
    except Problem as problem:
        return _json(request, {"errors": [{"message": str(problem)}]}, 400)
    api: Api = request.app.state.api
    answer = await api.answer(
        asked["query"], asked["variables"], asked["operationName"], writes=_may_write(request)
    )
    return _json(request, answer.as_json(), _status(request, answer))


def _may_write(request: Request) -> bool:
    """A page of another site can send any POST but one of JSON: for that a browser asks first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method == "POST" and kind == "application/json"


async def _asked(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        told: Any = dict(request.query_params)
        if "variables" in told:
            told["variables"] = _parsed(told["variables"].encode(), "variables")
    else:
        told = _parsed(await _body(request), "the body")
    if not isinstance(told, dict):
        raise Problem("the request is no JSON object", todo='send {"query": "…"}')
    query, name = told.get("query"), told.get("operationName")
    variables = told.get("variables")
    if not isinstance(query, str):
        raise Problem("there is no query", todo='send {"query": "…"}')
    if name is not None and not isinstance(name, str):
        raise Problem("operationName is no text")
    if variables is not None and not isinstance(variables, dict):
        raise Problem("variables are no JSON object")
    return {"query": query, "variables": variables, "operationName": name}


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise Problem(f"the request is longer than {MAX_BODY} bytes", todo="use variables")
    return body


def _parsed(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Problem(f"{what} is no JSON: {error}") from error


def _status(request: Request, answer: Answer) -> int:
    """GraphQL over HTTP: a document that was refused is the client's error."""
    if answer.data is None and GRAPHQL in request.headers.get("accept", ""):
        return 400
    return 200


def _json(request: Request, value: Any, status: int) -> Response:
    wanted = GRAPHQL in request.headers.get("accept", "")
    kind = GRAPHQL if wanted else "application/json"
    return Response(orjson.dumps(value), status, media_type=kind)
