"""Clients of other people: the oldest that we support, and the audit of GraphQL over HTTP."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from graph.problem import Problem
from tests.conftest import missing
from tools import clients

DELIBERATE: dict[str, str] = {}
"""Audits that we do not meet, by id, and why: none."""


def run(*words: str, **environment: str) -> str:
    """What a client prints; it must end well."""
    done = subprocess.run(
        words, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def node(script: str, *words: str) -> str:
    """What a script of tests/web/clients prints."""
    try:
        folder = clients.node_clients()
    except Problem as problem:
        missing(f"clients of Node ({problem})")
    found = shutil.which("node", path=f"{os.environ['PATH']}:{os.path.dirname(sys.executable)}")
    if found is None:
        missing("Node")
    return run(found, str(folder / script), *words)


def python(client: str, script: str, *words: str) -> str:
    """What a script prints with the packages of a client in place of ours."""
    try:
        folder = clients.python_client(client)
    except Problem as problem:
        missing(f"client {client} ({problem})")
    path = str(clients.LOCKS / script)
    return run(sys.executable, "-W", "error", path, *words, PYTHONPATH=str(folder))


@pytest.mark.parametrize("library", ["graphql-14", "graphql-15", "graphql"])
def test_graphql_js_reads_our_introspection(bare: str, library: str) -> None:
    assert node("introspect.mjs", library, bare) == "read"


@pytest.mark.parametrize(
    ("client", "release"),
    [("graphql-core-3.1", "3.1.7"), ("graphql-core-3.2", "3.2.0"), ("gql-3.5", "3.2.6")],
)
def test_graphql_core_reads_our_introspection(bare: str, client: str, release: str) -> None:
    assert python(client, "introspect.py", release, bare) == "read"


def test_a_script_with_gql_fetches_the_schema_and_asks(bare: str) -> None:
    assert python("gql-3.5", "ask_gql.py", bare) == "Query"


def test_every_audit_of_graphql_over_http_passes(bare: str) -> None:
    found = json.loads(node("audit.mjs", bare))
    assert len(found) >= 61
    failed = {item["id"]: item["reason"] for item in found if item["status"] != "ok"}
    assert failed.keys() == DELIBERATE.keys(), failed
