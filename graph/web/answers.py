"""Answers as JSON, errors among them: one shape, a code in each."""

import logging
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.problem import Problem
from graph.resolvers.errors import HIDDEN, INTERNAL
from graph.web.codes import codes
from graph.web.negotiation import GRAPHQL, JSON, preferred

log = logging.getLogger("beamgraph")

STATUS_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


def accepted(request: Request, *served: str) -> str | None:
    """The type to answer with, or None where the client takes none."""
    return preferred(",".join(request.headers.getlist("accept")), served)


def json_type(request: Request) -> str:
    """The type of an answer in JSON. One who takes none gets an error, which is JSON too."""
    return accepted(request, GRAPHQL, JSON) or JSON


def answer(request: Request, value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(
        orjson.dumps(value), status, media_type=json_type(request), headers={"vary": "accept"}
    )


def status_of(code: str, kind: str) -> int:
    """The status of an answer that is nothing but an error of this code."""
    found = codes()[code]
    return found.status if kind == GRAPHQL else found.json


def refuse(request: Request, problem: Problem) -> Response:
    """An answer that is one error."""
    error = {"message": str(problem), "extensions": {"code": problem.code}}
    return answer(request, {"errors": [error]}, status_of(problem.code, json_type(request)))


def fail(request: Request, error: Exception) -> Response:
    """The answer where the server itself failed: its log says how, a stranger learns nothing."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return refuse(request, Problem(HIDDEN[INTERNAL], code=INTERNAL))


def not_served(request: Request, error: Exception) -> Response:
    """What no route takes, as JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 (Starlette calls it for no other)
    code = STATUS_CODES.get(error.status_code, "BAD_REQUEST")
    told = refuse(request, Problem(error.detail.lower(), where=request.url.path, code=code))
    told.headers.update(error.headers or {})
    return told
