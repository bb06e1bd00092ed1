"""Who may ask, over real sockets: a page whose name was made to mean 127.0.0.1 may not."""

import json
import socket
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from beamgraph.cli.serve import serve
from graph.problem import Problem
from graph.web.origin import parse_allowed, parse_authority

ASK = "/graphql?query=%7B__typename%7D"
BODY = json.dumps({"query": "{ __typename }"}).encode()
FINE = {"__typename": "Query"}


def exchange(address: str, text: str, body: bytes = b"") -> tuple[int, Any]:
    """Send a request as it is written, `PORT` replaced; the status and the JSON that comes back."""
    port = urlsplit(address).port
    assert port is not None
    sent = text.replace("PORT", str(port)).replace("\n", "\r\n").encode("latin-1")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(sent + b"\r\n\r\n" + body)
        answer = HTTPResponse(connection)
        answer.begin()
        text_back = answer.read()
        status = answer.status
        answer.close()
    return status, json.loads(text_back)


def code_of(told: Any) -> str:
    (error,) = told["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:PORT", "127.0.0.1", "localhost:PORT", "localhost", "LocalHost:PORT",
        "localhost.:PORT", "127.9.8.7:PORT", "[::1]:PORT", "[::1]", "[0:0:0:0:0:0:0:1]:PORT",
        "[::ffff:127.0.0.1]", "localhost:9", "portal.example.org", "Portal.Example.ORG.:443",
        "other.example.org:8443",
    ],
)  # fmt: skip
def test_a_name_of_this_host_is_answered(bare: str, host: str) -> None:
    status, told = exchange(bare, f"GET {ASK} HTTP/1.1\nHost: {host}")
    assert (status, told["data"]) == (200, FINE)


REBOUND = [
    "evil.example:PORT", "evil.example", "127.0.0.1.evil.example:PORT", "localhost.evil.example",
    "evil.localhost", "portal.example.org.evil.example", "xportal.example.org",
    "other.example.org", "other.example.org:8444", "0.0.0.0:PORT", "192.168.0.1", "10.0.0.1:PORT",
    "2130706433:PORT", "0x7f.1:PORT", "127.1:PORT", "[::2]:PORT", "[fe80::1]", "[::ffff:10.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/graphql", "/health", "/", "/examples", "/static/beamgraph.css"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_that_rebinds_its_name_reaches_no_route(bare: str, path: str, method: str) -> None:
    text = f"{method} {path} HTTP/1.1\nHost: evil.example:PORT\nOrigin: http://evil.example:PORT"
    text += f"\nContent-Type: application/json\nContent-Length: {len(BODY)}"
    status, told = exchange(bare, text, BODY)
    assert (status, code_of(told)) == (421, "MISDIRECTED_REQUEST")


@pytest.mark.parametrize("host", REBOUND)
def test_another_name_is_refused(bare: str, host: str) -> None:
    status, told = exchange(bare, f"GET {ASK} HTTP/1.1\nHost: {host}")
    assert (status, code_of(told)) == (421, "MISDIRECTED_REQUEST")


@pytest.mark.parametrize(
    "host",
    ["", "::1", "[::1", "[::1%25lo]", "user@localhost", "localhost:", "localhost:99999",
     "localhost:x", "local host", "localhost,evil.example", "localhost/x", "[localhost]", ".", "é"],
)  # fmt: skip
def test_what_is_no_name_is_refused(bare: str, host: str) -> None:
    status, told = exchange(bare, f"GET {ASK} HTTP/1.1\nHost: {host}")
    assert (status, code_of(told)) == (400, "BAD_REQUEST")


def test_a_request_that_names_no_host_is_refused(bare: str) -> None:
    """HTTP/1.0 may leave it out."""
    status, told = exchange(bare, f"GET {ASK} HTTP/1.0")
    assert (status, code_of(told)) == (400, "BAD_REQUEST")


def test_a_forwarded_host_changes_nothing(bare: str) -> None:
    forwarded = "X-Forwarded-Host: {0}\nForwarded: host={0}\nX-Forwarded-Server: {0}"
    good, bad = forwarded.format("localhost"), forwarded.format("evil.example")
    status, told = exchange(bare, f"GET {ASK} HTTP/1.1\nHost: evil.example\n{good}")
    assert (status, code_of(told)) == (421, "MISDIRECTED_REQUEST")
    status, told = exchange(bare, f"GET {ASK} HTTP/1.1\nHost: localhost\n{bad}")
    assert (status, told["data"]) == (200, FINE)


def post(address: str, headers: str) -> tuple[int, Any]:
    text = f"POST /graphql HTTP/1.1\nContent-Type: application/json\nContent-Length: {len(BODY)}"
    return exchange(address, f"{text}\n{headers}", BODY)


@pytest.mark.parametrize(
    "headers",
    [
        "Host: 127.0.0.1:PORT",
        "Host: 127.0.0.1:PORT\nOrigin: http://127.0.0.1:PORT\nSec-Fetch-Site: same-origin",
        "Host: LOCALHOST:PORT\nOrigin: http://localhost:PORT",
        "Host: [::1]:PORT\nOrigin: http://[::1]:PORT",
        "Host: localhost\nOrigin: http://localhost",
        "Host: localhost\nOrigin: http://localhost:80",
        "Host: portal.example.org\nOrigin: https://portal.example.org",
        "Host: 127.0.0.1:PORT\nOrigin: https://portal.example.org",
        "Host: 127.0.0.1:PORT\nOrigin: https://other.example.org:8443",
        "Host: 127.0.0.1:PORT\nSec-Fetch-Site: none",
    ],
)
def test_our_own_pages_and_programs_may_post(bare: str, headers: str) -> None:
    status, told = post(bare, headers)
    assert (status, told.get("data")) == (200, FINE), told


@pytest.mark.parametrize(
    "headers",
    [
        "Origin: null",
        "Origin: http://evil.example",
        "Origin: http://127.0.0.1:1",
        "Origin: http://localhost:PORT",
        "Origin: https://127.0.0.1",
        "Origin: http://127.0.0.1:PORT.evil.example",
        "Origin: http://evil.example#127.0.0.1:PORT",
        "Origin: https://other.example.org",
        "Origin: file://",
        "Origin: chrome-extension://abcdef",
        "Origin: http://127.0.0.1:PORT\nOrigin: http://evil.example",
        "Origin: ",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: http://127.0.0.1:PORT\nSec-Fetch-Site: cross-site",
    ],
)
def test_a_page_of_another_origin_may_not_post(bare: str, headers: str) -> None:
    status, told = post(bare, f"Host: 127.0.0.1:PORT\n{headers}")
    assert (status, code_of(told)) == (403, "FORBIDDEN")


def test_a_preflight_is_refused(bare: str) -> None:
    text = "OPTIONS /graphql HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: http://evil.example"
    status, told = exchange(bare, f"{text}\nAccess-Control-Request-Method: POST")
    assert (status, code_of(told)) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://127.0.0.1:PORT", "127.0.0.1:PORT", 200),
        ("HTTP://LOCALHOST:PORT", "127.0.0.1:PORT", 200),
        ("http://evil.example", "127.0.0.1:PORT", 421),
        ("http://evil.example:PORT", "evil.example", 421),
        ("http://127.0.0.1.evil.example", "127.0.0.1:PORT", 421),
        ("http://user@localhost", "127.0.0.1:PORT", 400),
    ],
)
def test_an_absolute_request_line_is_checked_too(
    bare: str, target: str, host: str, status: int
) -> None:
    found, _ = exchange(bare, f"GET {target}{ASK} HTTP/1.1\nHost: {host}")
    assert found == status


NAMES = some.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,3}", fullmatch=True)


@given(NAMES, some.none() | some.integers(0, 65_535))
def test_case_and_the_last_dot_make_no_other_host(name: str, port: int | None) -> None:
    end = "" if port is None else f":{port}"
    found = parse_authority(name + end)
    assert found is not None
    assert (found.host, found.port) == (name, port)
    assert parse_authority(f"{name.upper()}.{end}") == found


@given(some.text(max_size=40))
def test_only_loopback_is_taken_for_loopback(text: str) -> None:
    found = parse_authority(text)
    if found is not None and found.loopback:
        assert found.host == "localhost" or found.host.startswith(("127.", "::"))


@pytest.mark.parametrize("names", ["*", "https://portal.example.org", "a b", "portal:port", "ok,*"])
def test_a_setting_that_names_no_host_is_one_clear_problem(names: str) -> None:
    with pytest.raises(Problem, match=r"^BEAMGRAPH_ALLOWED_HOSTS: .* is no host; write names"):
        serve(port=0, allowed_hosts=names)
    assert parse_allowed(" portal.example.org , ") == (parse_authority("portal.example.org"),)
