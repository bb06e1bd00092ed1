"""The parameters of a GraphQL request, as GET and POST carry them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from graph.problem import Problem
from graph.web.negotiation import JSON

MAX_BODY = 1_000_000
DRAINED = 16 * MAX_BODY
"""So much of a body that is too long is read and thrown away, so that its sender hears why."""

CHARSET = re.compile(r'charset\s*=\s*("?)utf-?8\1')
SENT = 'send {"query": "…"}'


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a client asks; `operation` is the name of the operation."""

    query: str
    variables: dict[str, Any] | None
    operation: str | None


async def read_parameters(request: Request) -> Parameters:
    """The parameters of a request.

    Raises
    ------
    Problem
        Where the request is no GraphQL over HTTP, with the code that says why.
    """
    if request.method == "POST":
        _check_type(request)
        told = _parsed(await _body(request), "the body")
    else:
        told = _of_address(request.scope["query_string"])
    if isinstance(told, list):
        _bad("a batch of requests is not taken: send them one by one")
    if not isinstance(told, dict):
        _bad(f"the body is no JSON object: {SENT}")
    return _checked(told)


def _bad(what: str, code: str = "BAD_REQUEST") -> NoReturn:
    raise Problem(what, code=code)


def _checked(told: Mapping[str, Any]) -> Parameters:
    query, name = told.get("query"), told.get("operationName")
    variables, extensions = told.get("variables"), told.get("extensions")
    for key, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            _bad(f"{key} are no JSON object")
    if name is not None and not isinstance(name, str):
        _bad("operationName is no text")
    if not query and isinstance(extensions, dict) and extensions.get("persistedQuery"):
        # The words that clients of Apollo's persisted queries look for. They send the query from
        # then on; after "NotFound" they would send a hash first every time.
        _bad("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
    if not isinstance(query, str):
        _bad("query is no text" if "query" in told else f"there is no query: {SENT}")
    return Parameters(query, variables, name)


def _of_address(query_string: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:  # UnicodeError is one
        _bad("the address is not in UTF-8, percent-encoded")
    told: dict[str, Any] = {}
    for key, value in pairs:
        if key in told:
            _bad(f"the address says {key!r} twice")
        told[key] = value
    for key in ("variables", "extensions"):
        if told.get(key):
            told[key] = _parsed(told[key].encode(), key)
        else:
            told.pop(key, None)
    return told


def _check_type(request: Request) -> None:
    """A page of another site can send any POST but one of JSON: for that a browser asks first."""
    told = request.headers.get("content-type", "")
    if not _is_json(told):
        problem = f"content-type is {told!r}" if told else "content-type is missing"
        _bad(f"{problem}; send the document by POST as {JSON} in UTF-8", "UNSUPPORTED_MEDIA_TYPE")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        _bad(f"content-encoding {encoding!r} is not read: send it plain", "UNSUPPORTED_MEDIA_TYPE")


@lru_cache(maxsize=1_000)
def _is_json(content_type: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part for part in parameters if part.startswith("charset")]
    return kind == JSON and all(CHARSET.fullmatch(part) for part in charsets)


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > DRAINED:
            break
        if size <= MAX_BODY:
            parts.append(part)
    if size > MAX_BODY:
        _bad(f"the body is longer than {MAX_BODY} bytes: use variables", "CONTENT_TOO_LARGE")
    return b"".join(parts)


def _parsed(text: bytes, what: str) -> Any:
    """The JSON value of a text; of a name that stands twice nobody knows which is meant."""
    try:
        value = orjson.loads(text)
        if text.count(b":") > 1:
            json.loads(text, object_pairs_hook=_unique, parse_int=str, parse_float=str)
    except orjson.JSONDecodeError as error:
        _bad(f"{what} is no JSON: {error}")
    except RecursionError:
        _bad(f"{what} is nested too deeply")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        _bad(f"the name {twice!r} stands twice in one JSON object")
