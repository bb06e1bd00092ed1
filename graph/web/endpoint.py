"""GraphQL over HTTP."""

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from graph.problem import Problem
from graph.resolvers import Api
from graph.resolvers.errors import public
from graph.resolvers.execute import Response as Answer
from graph.web.answers import accepted, answer, fail, json_type, refuse, status_of
from graph.web.negotiation import GRAPHQL, HTML, JSON
from graph.web.pages import graphiql
from graph.web.parameters import read_parameters


async def graphql(request: Request) -> Response:
    """Answer a document; a browser that comes without one gets GraphiQL."""
    try:
        if _wants_page(request):
            return await graphiql(request)
        return await _answered(request)
    except Problem as problem:
        return refuse(request, problem)
    except (HTTPException, ClientDisconnect):
        raise
    except Exception as error:
        return fail(request, error)


def _wants_page(request: Request) -> bool:
    asks = {"query", "extensions"} & request.query_params.keys()
    if request.method == "POST" or asks:
        return False
    return accepted(request, GRAPHQL, JSON, HTML) == HTML


async def _answered(request: Request) -> Response:
    if accepted(request, GRAPHQL, JSON) is None:
        raise Problem(f"only {GRAPHQL} and {JSON} are served", code="NOT_ACCEPTABLE")
    asked = await read_parameters(request)
    api: Api = request.app.state.api
    told = await api.answer(
        asked.query, asked.variables, asked.operation, writes=request.method == "POST"
    )
    shown = replace(told, errors=[public(error) for error in told.errors])
    status = _status(shown, json_type(request))
    sent = answer(request, shown.as_json(), status)
    if status == 405:
        sent.headers["allow"] = "POST"
    return sent


def _status(told: Answer, kind: str) -> int:
    """A document that was refused, or that the graph did not answer, has the status of its code."""
    if told.executed or not told.errors:
        return 200
    return status_of(str((told.errors[0].extensions or {}).get("code")), kind)
