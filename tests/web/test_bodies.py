"""Bodies and headers that nobody should send: one clear error each, never a 5xx, never a page."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from starlette.testclient import TestClient

from graph.web.negotiation import GRAPHQL, JSON
from tests.web.test_protocol import told

QUERY = b'"query": "{ __typename }"'
DEEP = 100_000

BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no JSON"),
    "no JSON": (b"{", "no JSON"),
    "no object": (b'"{ __typename }"', "no JSON object"),
    "null": (b"null", "no JSON object"),
    "a batch": (b"[{" + QUERY + b"}]", "batch"),
    "an empty batch": (b"[]", "batch"),
    "a name twice": (b"{" + QUERY + b", " + QUERY + b"}", "'query' stands twice"),
    "a name twice, spelled differently": (
        b"{" + QUERY + b', "quer\\u0079": "{ samples { totalCount } }"}',
        "'query' stands twice",
    ),
    "a name twice, deep inside": (
        b"{" + QUERY + b', "variables": {"a": [{"b": 1, "b": 2}]}}',
        "'b' stands twice",
    ),
    "a byte order mark": (b"\xef\xbb\xbf{" + QUERY + b"}", "no JSON"),
    "UTF-16": (("{" + QUERY.decode() + "}").encode("utf-16"), "no JSON"),
    "Latin-1": (b'{"query": "{ __typename } # M\xfcller"}', "no JSON"),
    "half a character": (b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', "no JSON"),
    "NaN": (b"{" + QUERY + b', "variables": {"a": NaN}}', "no JSON"),
    "infinity": (b"{" + QUERY + b', "variables": {"a": Infinity}}', "no JSON"),
    "a number of 5,000 digits": (
        b"{" + QUERY + b', "variables": {"a": ' + b"9" * 5_000 + b"}}",
        "no JSON",
    ),
    "very deep": (b"[" * DEEP + b"]" * DEEP, "no JSON"),
    "deep": (
        b"{" + QUERY + b', "variables": {"a": ' + b'{"a":' * 1_100 + b"1" + b"}" * 1_101 + b"}",
        "no JSON",
    ),
    "two values": (b"{" + QUERY + b"}{" + QUERY + b"}", "no JSON"),
    "a comment": (b"{" + QUERY + b"} // the query", "no JSON"),
}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("name", list(BODIES))
def test_an_odd_body_gets_one_clear_error(bare_client: TestClient, name: str, accept: str) -> None:
    body, what = BODIES[name]
    headers = {"content-type": JSON, "accept": accept}
    answer = bare_client.post("/graphql", content=body, headers=headers)
    (error,) = told(answer)["errors"]
    assert answer.status_code == 400
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert what in error["message"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("APPLICATION/JSON", 200),
        ("application/json;charset=utf-8", 200),
        ('application/json; charset="UTF-8"', 200),
        ("application/json; odata=verbose", 200),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=utf-16", 415),
        ("application/graphql", 415),
        ("application/graphql-response+json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain", 415),
        ("text/plain; charset=application/json", 415),
        ("", 415),
    ],
)
def test_only_json_in_utf_8_is_read(bare_client: TestClient, kind: str, status: int) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = bare_client.post("/graphql", content=b"{" + QUERY + b"}", headers=headers)
    assert answer.status_code == status
    if status == 415:
        (error,) = told(answer)["errors"]
        assert error["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
        assert "by POST as application/json" in error["message"]


def test_a_compressed_body_is_refused_by_name(bare_client: TestClient) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    answer = bare_client.post("/graphql", content=b"\x1f\x8b", headers=headers)
    (error,) = told(answer)["errors"]
    assert answer.status_code == 415
    assert "'gzip'" in error["message"]


@pytest.mark.parametrize("size", [999_900, 1_000_100, 12_000_000])
def test_a_body_of_more_than_a_megabyte_is_too_large(bare: str, size: int) -> None:
    """Over a real socket: the sender has not finished when it is known, and still hears why."""
    where = urlsplit(bare)
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    body = (b"{" + QUERY + b"}").ljust(size)
    connection.request("POST", where.path, body, {"content-type": JSON})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == (200 if size < 1_000_000 else 413)
    assert (b"CONTENT_TOO_LARGE" in text) == (answer.status == 413)


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=8,
)
QUERIES = some.sampled_from(
    [
        "{ __typename }",
        "query A { __typename } query B { samples { totalCount } }",
        "query Q($a: Int, $w: SampleFilter) { samples(first: $a, where: $w) { totalCount } }",
        "mutation { __typename }",
        "subscription { __typename }",
        "{ nope",
    ]
)
REQUESTS = some.dictionaries(
    some.sampled_from(["query", "variables", "operationName", "extensions", "id"]),
    QUERIES | VALUES,
    max_size=5,
)
HEADERS = some.dictionaries(
    some.sampled_from(
        ["accept", "content-type", "content-encoding", "origin", "x-forwarded-host", "cookie",
         "sec-fetch-site", "accept-encoding", "authorization"]
    ),
    some.sampled_from(["", "*/*", JSON, GRAPHQL, "text/html", "gzip", "null", "none", "same-origin",
                       "http://localhost:8000", "application/json; charset=utf-8", ";,;q=", "a" * 900])
    | some.text(some.characters(min_codepoint=33, max_codepoint=126), max_size=20),
    max_size=5,
)  # fmt: skip


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(some.binary(max_size=60) | VALUES.map(encoded) | REQUESTS.map(encoded), HEADERS)
def test_whatever_comes_is_answered_in_json_and_breaks_nothing(
    bare_client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    sent = {"content-type": JSON, **headers}
    answer = bare_client.post("/graphql", content=body, headers=sent)
    assert answer.status_code in (200, 400, 403, 406, 413, 415), answer.text
    assert answer.headers["content-type"] in (JSON, GRAPHQL)
    if "errors" in answer.json():
        told(answer)
    else:
        assert answer.status_code == 200


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(some.dictionaries(some.sampled_from(["query", "variables", "operationName", "extensions"]),
                         QUERIES | VALUES.map(lambda value: encoded(value).decode())), HEADERS)  # fmt: skip
def test_whatever_is_asked_by_get_is_a_page_only_for_who_wants_one(
    bare_client: TestClient, address: dict[str, str], headers: dict[str, str]
) -> None:
    answer = bare_client.get("/graphql", params=address, headers=headers)
    assert answer.status_code in (200, 400, 405, 406), answer.text
    if answer.headers["content-type"].startswith("text/html"):
        assert headers["accept"] == "text/html"
        assert "query" not in address
    elif "errors" in answer.json():
        told(answer)
