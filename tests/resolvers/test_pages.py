"""Pages give every row exactly once, in one order, whatever the names are made of."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from graph.engine import Graph, Target
from graph.model import default_model
from migrators.load import statements
from migrators.load.load import ordered
from migrators.mapping.addresses import record_id
from tests.conftest import wipe
from tests.resolvers.asking import Asked, asking, schema

MODEL = default_model()


@pytest.fixture(scope="module")
def ask(target: Target) -> Iterator[Asked]:
    with asking(target) as asked:
        yield asked


VISIT = "investigation:s:V:1"
ODD = "a~\x7fé\ud7fd\ud7fe\ue000\uffff\U00010000\U0001d4b3\U0010ffff"
NAMES = some.none() | some.text(some.sampled_from(ODD), max_size=3)
PAGE = """query Page($first: Int, $last: Int, $after: String, $before: String, $by: DatasetOrder) {
  datasets(first: $first, last: $last, after: $after, before: $before, orderBy: $by) { ...P }
}
fragment P on DatasetConnection { nodes { id name } pageInfo {
  hasNextPage hasPreviousPage startCursor endCursor } }"""
NESTED = PAGE.replace("{\n  datasets", "{ node(id: \"investigation:s:V:1\") { ... on Investigation {\n"
    "  datasets").replace("{ ...P }\n}", "{ ...P } } }\n}")  # fmt: skip


def put(graph: Graph, names: list[str | None]) -> dict[str, str | None]:
    """Datasets of one visit, their ids made of their names as the mapping makes them."""
    rows = ibis.memtable(pyarrow.table({"key": [f"{n}:{name}" for n, name in enumerate(names)]}))
    ids = rows.select(id=record_id("s", "T", [rows.key])).to_pyarrow()["id"].to_pylist()
    known = {f"dataset:{item}": name for item, name in zip(ids, names, strict=True)}
    told = [{"id": item, "name": name} for item, name in known.items()]
    wipe(graph)
    for label, mine in (("Dataset", told), ("Investigation", [{"id": VISIT}])):
        made = [ordered(MODEL.labels[label], row) for row in mine]
        graph.write(statements.upsert_nodes(label), {"rows": made})
    edges = [{"from": item, "to": VISIT, "properties": {}} for item in known]
    kind = ("COLLECTED_IN", "Dataset", "Investigation")
    graph.write(statements.upsert_edges(*kind), {"rows": edges})
    return known


def walked(ask: Asked, query: str, order: str, *, forward: bool) -> list[str]:
    """All ids, page by page; from the end they come turned round."""
    found: list[str] = []
    cursor = None
    for _ in range(30):
        size, place = ("first", "after") if forward else ("last", "before")
        answer = ask(query, {size: 2, place: cursor, "by": order})
        page = (answer.get("node") or answer)["datasets"]
        ids = [item["id"] for item in page["nodes"]]
        found = [*found, *ids] if forward else [*ids, *found]
        info = page["pageInfo"]
        cursor = info["endCursor" if forward else "startCursor"]
        if not info["hasNextPage" if forward else "hasPreviousPage"]:
            return found
    raise AssertionError(f"no end: {found}")


@given(names=some.lists(NAMES, min_size=5, max_size=9))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_comes_once_in_one_order(ask: Asked, names: list[str | None]) -> None:
    with Graph(ask.target) as graph:
        known = put(graph, names)
    by_name = sorted(known, key=lambda item: (known[item] is None, known[item] or "", item))
    for order, expected in (("NAME_ASC", by_name), ("ID_ASC", sorted(known))):
        for query in (PAGE, NESTED):
            for forward in (True, False):
                assert walked(ask, query, order, forward=forward) == expected
                falling = order.replace("ASC", "DESC")
                assert walked(ask, query, falling, forward=forward) == expected[::-1]


@pytest.fixture(scope="module")
def gaps(ask: Asked) -> Asked:
    """Datasets of which some have no value of what they can be ordered by."""
    label = MODEL.labels["Dataset"]
    values: dict[str, Any] = {
        "string": "b",
        "int": 7,
        "long": 7,
        "float": 1.5,
        "instant": "2020-01-01T00:00:00.000Z",
    }
    rows: list[dict[str, Any]] = [{"id": f"dataset:s:T:{n}"} for n in range(3)]
    for item in label.sortable:
        if item.name != "id":
            rows[1][item.name] = values[item.type]
            more = values[item.type]
            rows[2][item.name] = f"x{more}" if isinstance(more, str) else more + 1
    with Graph(ask.target) as graph:
        wipe(graph)
        told = [ordered(label, row) for row in rows]
        graph.write(statements.upsert_nodes("Dataset"), {"rows": told})
    return ask


def orders() -> dict[str, str]:
    """Every order of datasets, with what the schema says of it."""
    kind = schema()._schema.type_map["DatasetOrder"]
    return {name: value.description or "" for name, value in kind.values.items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", orders())
def test_an_order_does_what_its_description_says(gaps: Asked, name: str) -> None:
    """The words are read, and the answer held against them."""
    words = orders()[name].rstrip(".").split("; ")
    field, going = words[0].removeprefix("By ").split(", ")
    query = f"{{ datasets(orderBy: {name}) {{ nodes {{ id value: {field} }} }} }}"
    nodes = gaps(query)["datasets"]["nodes"]
    there = [item["value"] for item in nodes if item["value"] is not None]
    assert there == sorted(there, reverse=going == "falling")
    if field == "id":
        assert words[1:] == []
        return
    (place,) = [word.removeprefix("what has none comes ") for word in words if "none" in word]
    assert [item["value"] is None for item in nodes].index(True) == {"first": 0, "last": 2}[place]


def test_what_is_written_two_ways_is_found_by_either(ask: Asked) -> None:
    """eq, contains, startsWith, endsWith, in and ids, as literals, as escapes and as variables."""
    name, other = (unicodedata.normalize(form, "Müller-é") for form in ("NFC", "NFD"))
    assert name != other
    thing = f"instrument:lab:{name}"
    with Graph(ask.target) as graph:
        wipe(graph)
        row = ordered(MODEL.labels["Instrument"], {"id": thing, "name": name})
        graph.write(statements.upsert_nodes("Instrument"), {"rows": [row]})
    for spelled in (name, other):
        for where in ({"eq": spelled}, {"contains": spelled[:3]}, {"startsWith": spelled[:4]},
                      {"in": ["x", spelled]}, {"endsWith": spelled[-3:]}):  # fmt: skip
            query = "query Q($w: InstrumentFilter) { instruments(where: $w) { totalCount } }"
            told = ask(query, {"w": {"name": where}})
            assert told["instruments"]["totalCount"] == 1, where
        escaped = spelled.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
        for word in (spelled, escaped):
            query = f'{{ instruments(where: {{name: {{eq: "{word}"}}}}) {{ totalCount }} }}'
            assert ask(query)["instruments"]["totalCount"] == 1
        query = "query Q($i: ID!) { node(id: $i) { id } nodes(ids: [$i]) { id } lineage(id: $i) { complete } }"
        told = ask(query, {"i": f"instrument:lab:{spelled}"})
        assert told["node"] == told["nodes"][0] == {"id": thing}
        assert told["lineage"] is not None
