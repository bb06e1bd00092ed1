"""GraphQL over HTTP, as clients send it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from starlette.applications import Starlette
from starlette.testclient import TestClient

from beamgraph.assemble import open_api
from beamgraph.settings import Settings
from graph.engine import Graph, Target
from graph.model import default_model
from graph.web import build_app
from graph.web.pages import example_documents
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.ispyb import Database


@pytest.fixture(scope="module")
def app(embedded_target: Target, chain_files: dict[str, Database], data_root: Path) -> Starlette:
    with Graph(embedded_target) as graph:
        wipe(graph)
        order = Order("ispyb", chain_files["dls"].url, "ispyb", zone="Europe/London")
        migrate(order, graph, data_root / "web", default_model(), lambda *_: None)

    settings = Settings(
        graph_url=embedded_target.url,
        graph_user=embedded_target.user,
        graph_password=embedded_target.password,  # type: ignore[arg-type]
        data_dir=data_root / "web",
    )
    return build_app(lambda: open_api(settings))


@pytest.fixture(scope="module")
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost:8000") as found:
        yield found


def post(client: TestClient, **body: Any) -> Any:
    return client.post("/graphql", json=body).json()


def test_a_document_with_variables_is_answered(client: TestClient) -> None:
    told = post(
        client,
        query="query Q($name: String!) { samples(where: {name: {eq: $name}}) { totalCount } }",
        variables={"name": "tlys_jan_4"},
        operationName="Q",
    )
    assert told["data"] == {"samples": {"totalCount": 1}}
    assert told["extensions"]["asOf"].startswith("run-")
    assert told["extensions"]["load"] is None
    assert told["extensions"]["cost"]["statements"] == 1


def test_a_document_can_be_asked_with_get(client: TestClient) -> None:
    told = client.get("/graphql", params={"query": "{ samples { totalCount } }"}).json()
    assert told["data"] == {"samples": {"totalCount": 1}}


def test_introspection_and_data_answer_together(client: TestClient) -> None:
    told = post(client, query="{ __schema { queryType { name } } samples { totalCount } }")
    assert told["data"] == {
        "__schema": {"queryType": {"name": "Query"}},
        "samples": {"totalCount": 1},
    }


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"query": 1}', b'{"query": "{a}", "variables": 3}', b"\xff"]
)
def test_a_bad_body_gets_one_clear_error(client: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_a_refused_document_is_the_clients_error_in_the_new_media_type(client: TestClient) -> None:
    headers = {"accept": "application/graphql-response+json"}
    answer = client.post("/graphql", json={"query": "{ nope }"}, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/graphql-response+json"


def test_a_plan_is_made_once_and_serves_other_variables(client: TestClient) -> None:
    query = "query Q($name: String) { samples(where: {name: {eq: $name}}) { totalCount } }"
    api: Any = client.app.state.api  # type: ignore[attr-defined]
    post(client, query=query, variables={"name": "a"})
    made = len(api.plans)
    told = post(client, query=query, variables={"name": "tlys_jan_4"})
    assert told["data"]["samples"]["totalCount"] == 1
    assert len(api.plans) == made
    refused = post(client, query=query)  # without a value it is no condition, and no other's
    assert "exists: false" in refused["errors"][0]["message"]


def test_health_says_which_engine_answers(client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "up", "engine": "embedded"}


@pytest.mark.parametrize("name", sorted(example_documents()))
def test_every_example_answers(client: TestClient, name: str) -> None:
    told = post(client, query=client.get(f"/examples/{name}").text)
    assert "errors" not in told
    assert told["data"]


@pytest.mark.parametrize("path", ["/", "/graphql", "/examples", "/health", "/static/beamgraph.css"])
def test_pages_send_no_one_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text
    assert "https://" not in answer.text


def test_the_server_stands_whatever_is_asked(served: str) -> None:
    """schemathesis writes documents for every root field from the schema itself."""
    schema = schemathesis.graphql.from_url(served)
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @how(
            max_examples=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def one(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = case.call()
            assert answer.status_code == 200, answer.text
            for error in answer.json().get("errors", ()):
                assert any(word in error["message"] for word in KNOWN), error["message"]

        one()
    assert asked > 100


KNOWN = (
    "there is no record",
    "is one record",
    "says nothing",
    "there is no decision",
    "over the limit",
    "were both given",
    "or more",
    "does not fit the order",
    "cannot represent",
    "is no instant",
    "is no whole number from",
    "a variable without a value",
    "is null; leave it out",
    "beyond what a Float can be",
    "syntax",
    "Syntax",
)
