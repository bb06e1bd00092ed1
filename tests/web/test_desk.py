"""Who is who over GraphQL: pairs, disagreements, what would come of a word, and the word itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from beamgraph.assemble import open_api
from beamgraph.settings import Settings
from graph.engine import Graph, Target
from graph.model import default_model
from graph.web import build_app
from migrators.report.pairs import Pairs
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.pair import Pair

COLLECTION = "ispyb:DataCollection:7"
PAIRS = """query Pairs($state: IdentityState!, $record: ID, $first: Int, $after: String) {
  identity(state: $state, label: "Dataset", record: $record, first: $first, after: $after) {
    totalCount
    pageInfo { more: hasNextPage endCursor }
    nodes { state mine: a theirs: b thingA thingB rule score compared why
            otherwise { verdict refused things { id records } } }
  }
}"""
DECIDE = """mutation Decide($a: ID!, $b: ID!) {
  decide(a: $a, b: $b, verdict: DIFFERENT, by: "ada", because: "the logbook says so") {
    id label verdict by revoked run nodesWritten
  }
}"""
REVOKE = """mutation Revoke($id: ID!) {
  revoke(decision: $id, by: "bob", because: "it was right") { id revoked }
}"""
FORESEE = """query Foresee($a: ID!, $b: ID!) {
  foresee(a: $a, b: $b, verdict: DIFFERENT) { record was becomes }
}"""


@pytest.fixture
def twice(embedded_target: Target, tmp_path: Path) -> tuple[Settings, str]:
    """One dataset in both databases, in the graph; and its record in ICAT."""
    pair = Pair(tmp_path)
    pair.collection(7, wavelength=0.9)
    made = pair.dataset(7)
    pair.icat.parameter("Dataset", made, "InstrumentMonochromator_wavelength", string="1.2")
    pair.told()
    with Graph(embedded_target) as graph:
        wipe(graph)
        order = Order("icat", pair.icat.url, "icat", zone="UTC")
        migrate(order, graph, tmp_path / "data", default_model(), lambda *_: None)
    settings = Settings(
        graph_url=embedded_target.url,
        graph_user=embedded_target.user,
        graph_password=embedded_target.password,  # type: ignore[arg-type]
        data_dir=tmp_path / "data",
        allow_decisions=True,
    )
    return settings, f"icat:Dataset:{made}"


@pytest.fixture
def client(twice: tuple[Settings, str]) -> Iterator[TestClient]:
    with TestClient(
        build_app(lambda: open_api(twice[0])), base_url="http://localhost:8000"
    ) as found:
        yield found


def post(client: TestClient, query: str, **variables: Any) -> Any:
    return client.post("/graphql", json={"query": query, "variables": variables}).json()


def test_a_pair_says_what_was_compared_and_what_would_be(
    client: TestClient, twice: tuple[Settings, str]
) -> None:
    _, record = twice
    told = post(client, PAIRS, state="ACCEPTED", record=record)
    assert "errors" not in told, told
    assert told["data"]["identity"]["totalCount"] == 1
    (pair,) = told["data"]["identity"]["nodes"]
    assert pair == {
        "state": "ACCEPTED",
        "mine": COLLECTION,
        "theirs": record,
        "thingA": f"dataset:{COLLECTION}",
        "thingB": f"dataset:{COLLECTION}",
        "rule": "collection id",
        "score": pair["score"],
        "compared": "collection = 7",
        "why": "",
        "otherwise": {
            "verdict": "DIFFERENT",
            "refused": "",
            "things": [
                {"id": f"dataset:{record}", "records": [record]},
                {"id": f"dataset:{COLLECTION}", "records": [COLLECTION]},
            ],
        },
    }


def test_pages_of_pairs_follow_their_cursor(client: TestClient) -> None:
    first = post(client, PAIRS, state="ACCEPTED", first=0)["data"]["identity"]
    assert first["nodes"] == []
    whole = post(client, "{ identity(state: ACCEPTED) { totalCount nodes { a b } } }")
    nodes, after = [], None
    while True:
        page = post(
            client,
            "query P($after: String) { identity(state: ACCEPTED, first: 1, after: $after) "
            "{ nodes { a b } pageInfo { hasNextPage endCursor } } }",
            after=after,
        )["data"]["identity"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert nodes == whole["data"]["identity"]["nodes"]
    assert len(nodes) == whole["data"]["identity"]["totalCount"] > 1


def test_disagreements_and_things_of_the_graph_answer_in_one_document(
    client: TestClient,
) -> None:
    told = post(
        client,
        """{
          odd: conflicts(label: "Dataset", property: "wavelength") {
            totalCount nodes { thing believed said: values { record value } __typename }
          }
          identity(state: CONFLICTING) { nodes { why } }
          datasets { totalCount }
        }""",
    )
    assert "errors" not in told, told
    (odd,) = told["data"]["odd"]["nodes"]
    assert odd["believed"] == "0.9"
    assert [value["value"] for value in odd["said"]] == ["1.2", "0.9"]
    assert odd["__typename"] == "Conflict"
    assert told["data"]["identity"]["nodes"] == [{"why": "wavelength: 0.9 ≠ 1.2"}]
    assert told["data"]["datasets"]["totalCount"] == 1


def test_a_total_is_counted_only_where_it_is_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> int:
        raise AssertionError("nobody asked how many there are")

    monkeypatch.setattr(Pairs, "total", never)
    told = post(client, "{ identity(state: ACCEPTED, first: 1) { nodes { a } } }")
    assert len(told["data"]["identity"]["nodes"]) == 1


def test_a_word_takes_effect_at_once_and_is_taken_back(
    client: TestClient, twice: tuple[Settings, str]
) -> None:
    _, record = twice
    where = f'{{ node(id: "dataset:{record}") {{ id }} }}'
    known = {"a": record, "b": COLLECTION}
    foreseen = post(client, FORESEE, **known)["data"]["foresee"]
    assert {"record": record, "was": f"dataset:{COLLECTION}", "becomes": f"dataset:{record}"} in (
        foreseen
    )
    assert post(client, where)["data"]["node"]["id"] == f"dataset:{COLLECTION}"
    told = post(client, DECIDE, **known)
    assert "errors" not in told, told
    made = told["data"]["decide"]
    assert (made["label"], made["verdict"], made["by"]) == ("Dataset", "DIFFERENT", "ada")
    assert made["nodesWritten"] > 0
    assert post(client, where)["data"]["node"]["id"] == f"dataset:{record}"
    (rejected,) = post(client, PAIRS, state="REJECTED")["data"]["identity"]["nodes"]
    assert rejected["why"] == made["id"]
    assert made["id"] in rejected["otherwise"]["refused"]
    taken = post(client, REVOKE, id=made["id"])["data"]["revoke"]
    assert taken == {"id": made["id"], "revoked": True}
    assert post(client, where)["data"]["node"]["id"] == f"dataset:{COLLECTION}"


def test_a_match_in_the_graph_says_score_evidence_and_run(
    client: TestClient, twice: tuple[Settings, str]
) -> None:
    told = post(
        client,
        f"""{{ datasets(first: 1) {{ nodes {{ id
          records(where: {{id: {{eq: "{twice[1]}"}}}}) {{ edges {{ rule score compared run }} }} }} }} }}""",
    )
    (edge,) = told["data"]["datasets"]["nodes"][0]["records"]["edges"]
    assert edge["rule"] == "collection id"
    assert edge["compared"] == "collection = 7"
    assert edge["run"].startswith("run-")
    assert 0 < edge["score"] <= 1


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ('{ identity(state: ACCEPTED, after: "x") { totalCount } }', "cursor"),
        ("{ identity(state: ACCEPTED, first: 5000) { totalCount } }", "over the limit"),
        ('{ foresee(a: "x", b: "y", verdict: SAME) { record } }', "there is no record"),
        (
            'mutation { decide(a: "x", b: "y", verdict: SAME, by: " ", because: "b") { id } }',
            "says nothing",
        ),
        ('mutation { revoke(decision: "x", by: "a", because: "b") { id } }', "no decision"),
    ],
)
def test_bad_words_get_one_clear_error(client: TestClient, query: str, what: str) -> None:
    told = post(client, query)
    assert len(told["errors"]) == 1
    assert what in told["errors"][0]["message"]


def test_no_page_of_another_site_can_decide(
    client: TestClient, twice: tuple[Settings, str]
) -> None:
    """A browser asks before it sends JSON to another site; a form or an image it sends at once."""
    import json

    body = {"query": DECIDE, "variables": {"a": twice[1], "b": COLLECTION}}
    plain = client.post(
        "/graphql", content=json.dumps(body), headers={"content-type": "text/plain"}
    ).json()
    asked = client.get(
        "/graphql", params={"query": DECIDE, "variables": json.dumps(body["variables"])}
    ).json()
    for told in (plain, asked):
        assert "by POST as application/json" in told["errors"][0]["message"]
    assert post(client, PAIRS, state="REJECTED")["data"]["identity"]["nodes"] == []


def test_nobody_decides_unless_it_was_asked_for(twice: tuple[Settings, str]) -> None:
    closed = twice[0].model_copy(update={"allow_decisions": False})
    with TestClient(
        build_app(lambda: open_api(closed)), base_url="http://localhost:8000"
    ) as client:
        told = post(client, REVOKE, id="x")
        assert "data" not in told or told["data"] is None
        schema = post(client, "{ __schema { mutationType { name } } }")
    assert schema["data"]["__schema"]["mutationType"] is None
