"""GraphQL over HTTP at its edges: every refusal is JSON, with a code and the right status."""

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.testclient import TestClient

from graph.access import Caller, Visible, everybody
from graph.engine import AsyncGraph, Graph, Target, embedded
from graph.model import default_model
from graph.resolvers import Api
from graph.resolvers.roots import Locate, own_record
from graph.schema import build_schema
from graph.web import build_app
from graph.web.codes import codes
from graph.web.negotiation import GRAPHQL, HTML, JSON, preferred
from tests.conftest import ROOT, wipe

HASH = {"persistedQuery": {"version": 1, "sha256Hash": "ecf4edb46db40b51"}}
TWO = "query A { __typename } query B { __typename }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

POSTED: dict[str, tuple[str, dict[str, Any]]] = {
    "a document that is cut": ("GRAPHQL_PARSE_FAILED", {"query": "{"}),
    "a document of nothing": ("GRAPHQL_PARSE_FAILED", {"query": ""}),
    "a document nested too deeply": ("GRAPHQL_PARSE_FAILED", {"query": "{a" * 5000 + "}" * 5000}),
    "a document of too many tokens": ("GRAPHQL_PARSE_FAILED", {"query": "{" + " a" * 20_001 + "}"}),
    "a field that is not there": ("GRAPHQL_VALIDATION_FAILED", {"query": "{ nope }"}),
    "an instant that is none": (
        "GRAPHQL_VALIDATION_FAILED",
        {"query": '{ datasets(where: {startTime: {eq: "noon"}}) { totalCount } }'},
    ),
    "two operations and no name": ("OPERATION_RESOLUTION_FAILURE", {"query": TWO}),
    "two operations and an empty name": (
        "OPERATION_RESOLUTION_FAILURE",
        {"query": TWO, "operationName": ""},
    ),
    "a name of no operation": (
        "OPERATION_RESOLUTION_FAILURE",
        {"query": TWO, "operationName": "C"},
    ),
    "a name where no operation has one": (
        "OPERATION_RESOLUTION_FAILURE",
        {"query": "{ __typename }", "operationName": "Q"},
    ),
    "a variable of another type": (
        "BAD_USER_INPUT",
        {"query": "query($n: Int) { samples(first: $n) { totalCount } }", "variables": {"n": "x"}},
    ),
    "a cursor of another order": (
        "BAD_USER_INPUT",
        {"query": '{ samples(after: "x") { totalCount } }'},
    ),
    "a page that is too long": (
        "LIMIT_EXCEEDED",
        {"query": "{ samples(first: 100000) { nodes { id } } }"},
    ),
    "too many root fields": (
        "LIMIT_EXCEEDED",
        {"query": "{" + " ".join(f"a{n}: __typename" for n in range(3000)) + "}"},
    ),
    "a hash without its query": ("PERSISTED_QUERY_NOT_SUPPORTED", {"extensions": HASH}),
    "a hash with an empty query": (
        "PERSISTED_QUERY_NOT_SUPPORTED",
        {"query": "", "extensions": HASH},
    ),
    "a name and no query": ("BAD_REQUEST", {"operationName": "Q"}),
    "an operationName that is a number": ("BAD_REQUEST", {"query": "{a}", "operationName": 1}),
    "variables that are a text": ("BAD_REQUEST", {"query": "{a}", "variables": "x"}),
    "extensions that are a list": ("BAD_REQUEST", {"query": "{a}", "extensions": []}),
}


def told(answer: Any) -> dict[str, Any]:
    """The errors of an answer, which must be JSON whose every error has a documented code."""
    assert answer.headers["content-type"] in (JSON, GRAPHQL), answer.text
    found: dict[str, Any] = answer.json()
    for error in found["errors"]:
        assert error["message"]
        assert error["extensions"]["code"] in codes()
    return found


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("name", list(POSTED))
def test_every_bad_request_says_its_code_and_has_its_status(
    bare_client: TestClient, name: str, accept: str
) -> None:
    code, body = POSTED[name]
    answer = bare_client.post("/graphql", json=body, headers={"accept": accept})
    found = told(answer)
    assert {error["extensions"]["code"] for error in found["errors"]} == {code}
    wanted = codes()[code].status if accept == GRAPHQL else codes()[code].json
    assert answer.status_code == wanted
    assert answer.headers["content-type"] == accept
    assert "data" not in found


OTHERS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "no such page": ("NOT_FOUND", "GET", "/nope", {}),
    "no such example": ("NOT_FOUND", "GET", "/examples/nope", {}),
    "no such file": ("NOT_FOUND", "GET", "/static/nope.js", {}),
    "a delete": ("METHOD_NOT_ALLOWED", "DELETE", "/graphql", {}),
    "a preflight": (
        "METHOD_NOT_ALLOWED",
        "OPTIONS",
        "/graphql",
        {"headers": {"origin": "http://evil.example", "access-control-request-method": "POST"}},
    ),
    "a mutation by GET": (
        "METHOD_NOT_ALLOWED",
        "GET",
        "/graphql",
        {"params": {"query": "mutation { __typename }"}},
    ),
    "nothing but pictures wanted": (
        "NOT_ACCEPTABLE",
        "POST",
        "/graphql",
        {"json": {"query": "{ __typename }"}, "headers": {"accept": "image/png"}},
    ),
    "a page wanted by POST": (
        "NOT_ACCEPTABLE",
        "POST",
        "/graphql",
        {"json": {"query": "{ __typename }"}, "headers": {"accept": "text/html"}},
    ),
    "a form": ("UNSUPPORTED_MEDIA_TYPE", "POST", "/graphql", {"data": {"query": "{ __typename }"}}),
    "a body of five megabytes": (
        "CONTENT_TOO_LARGE",
        "POST",
        "/graphql",
        {"content": b"x" * 5_000_000, "headers": {"content-type": JSON}},
    ),
    "another host": (
        "MISDIRECTED_REQUEST",
        "GET",
        "/health",
        {"headers": {"host": "evil.example"}},
    ),
    "another page": (
        "FORBIDDEN",
        "POST",
        "/graphql",
        {"json": {"query": "{ __typename }"}, "headers": {"origin": "http://evil.example"}},
    ),
    "a hash by GET": (
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "GET",
        "/graphql",
        {"params": {"extensions": json.dumps(HASH)}},
    ),
    "a hash by GET in a browser": (
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "GET",
        "/graphql",
        {"params": {"extensions": json.dumps(HASH)}, "headers": {"accept": BROWSER}},
    ),
    "nothing by GET": ("BAD_REQUEST", "GET", "/graphql", {}),
    "two queries by GET": ("BAD_REQUEST", "GET", "/graphql?query={a}&query={b}", {}),
    "an address in Latin-1": ("BAD_REQUEST", "GET", "/graphql?query=%E4", {}),
    "variables by GET that are no JSON": (
        "BAD_REQUEST",
        "GET",
        "/graphql",
        {"params": {"query": "{ __typename }", "variables": "{"}},
    ),
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_whatever_is_not_served_is_said_in_json(bare_client: TestClient, name: str) -> None:
    code, method, path, how = OTHERS[name]
    answer = bare_client.request(method, path, **how)
    (error,) = told(answer)["errors"]
    assert error["extensions"]["code"] == code
    assert answer.status_code == codes()[code].json
    assert "access-control-allow-origin" not in answer.headers
    assert ("allow" in answer.headers) == (answer.status_code == 405)


def test_the_words_for_a_hash_are_those_that_clients_know(bare_client: TestClient) -> None:
    """Apollo's client and urql compare the message; then they send the query and ask no more."""
    answer = bare_client.post("/graphql", json={"extensions": HASH})
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
    whole = {"query": "{ __typename }", "extensions": HASH}
    assert bare_client.post("/graphql", json=whole).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("name", ["", None, "A"])
def test_an_empty_operation_name_is_none(bare_client: TestClient, name: str | None) -> None:
    body = {"query": "query A { __typename }", "operationName": name}
    assert bare_client.post("/graphql", json=body).json()["data"] == {"__typename": "Query"}
    address = {"query": body["query"], "operationName": name or ""}
    asked = bare_client.get("/graphql", params=address)
    assert asked.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (f"{JSON}, text/html", JSON),
        ("text/html;q=0.5, application/json", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON}", JSON),
    ],
)
def test_a_get_without_a_query_is_a_page_only_for_who_wants_one(
    bare_client: TestClient, accept: str, kind: str
) -> None:
    answer = bare_client.get("/graphql", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert answer.status_code == (200 if "html" in kind else 400)


WEIGHTS = some.sampled_from(["", ";q=1", ";q=0.5", ";q=0", "; Q=0.001", ";q=nan", ";q=7", ";v=b3"])
RANGES = some.sampled_from([HTML, JSON, GRAPHQL, "*/*", "application/*", "text/*", "image/png", ""])


@given(some.lists(some.tuples(RANGES, WEIGHTS).map("".join), max_size=6).map(", ".join))
def test_a_page_is_never_sent_to_who_does_not_name_one(accept: str) -> None:
    chosen = preferred(accept, (GRAPHQL, JSON, HTML))
    assert chosen != HTML or HTML in accept
    assert preferred(accept, (GRAPHQL, JSON)) in (GRAPHQL, JSON, None)


@contextmanager
def serving(
    target: Target, *, visible: Visible = everybody, locate: Locate = own_record
) -> Iterator[TestClient]:
    """The application over a graph, with the policy and the locating that are handed in."""
    model = default_model()

    async def opened() -> Api:
        graph = await AsyncGraph.open(target)
        return Api(build_schema(model), model, graph, visible=visible, locate=locate)

    app = build_app(opened)
    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as found:
        yield found


def assert_fails_with(client: TestClient, query: str, code: str) -> Any:
    for accept in (JSON, GRAPHQL):
        answer = client.post("/graphql", json={"query": query}, headers={"accept": accept})
        (error,) = told(answer)["errors"]
        assert error["extensions"]["code"] == code
        wanted = codes()[code]
        assert answer.status_code == (wanted.status if accept == GRAPHQL else wanted.json)
    return error


def test_a_timeout_is_no_fault_of_the_client(target: Target) -> None:
    def slow(variable: str, label: str, caller: Caller) -> str:
        _ = label, caller
        return f"NOT EXISTS {{ MATCH (a:Sample), (b:Sample) WHERE a.id + b.id = {variable}.id }}"

    with Graph(target) as graph:
        wipe(graph)
        graph.write("UNWIND range(1, 300) AS n CREATE (:Sample {id: 'sample:a:b:' + n})")
    hasty = Target(target.url, target.user, target.password, target.database, timeout=0.3)
    with serving(hasty, visible=slow) as client:
        assert_fails_with(client, "{ samples { totalCount } }", "TIMEOUT")
        assert client.get("/health").status_code == 200


def test_a_graph_that_is_gone_is_no_fault_of_the_client(server: None, tmp_path: Path) -> None:
    target = embedded.start(tmp_path).target()
    with serving(target) as client:
        embedded.stop(tmp_path)
        error = assert_fails_with(client, "{ samples { totalCount } }", "GRAPH_UNAVAILABLE")
        assert target.url not in error["message"]  # who asks learns no addresses
        assert client.get("/health").status_code == 503


def test_an_unexpected_failure_is_json_and_reveals_nothing(
    embedded_target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: object) -> Any:
        raise RuntimeError("/home/ada/secret: password is hunter2")

    with serving(embedded_target, locate=damaged) as client:
        query = '{ source(system: "ispyb", table: "DataCollection", key: "1") { id } }'
        error = assert_fails_with(client, query, "INTERNAL_SERVER_ERROR")
    assert "hunter2" not in json.dumps(error)
    assert "hunter2" in caplog.text  # the log says why


def test_every_code_is_documented_and_every_documented_code_occurs() -> None:
    """The table, the page and what is raised name the same codes; the tests here reach each one."""
    page = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    for code in codes().values():
        assert f"| `{code.name}` | {code.status} | {code.json} | {code.meaning} |" in page
    assert page.count("\n| `") == len(codes())
    raised = {
        node.value.value
        for path in (ROOT / "graph").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "code"
        and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    assert raised <= set(codes())
    asked = {code for code, _ in POSTED.values()} | {code for code, *_ in OTHERS.values()}
    assert asked | {"TIMEOUT", "GRAPH_UNAVAILABLE", "INTERNAL_SERVER_ERROR"} == set(codes())
