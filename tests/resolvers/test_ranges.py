"""What is stored of numbers, answered, and taken by filters is one range for each type."""

import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from graph.engine import Graph, Target
from graph.model import PropertyType, default_model
from graph.values import RANGES, in_range
from migrators.load import statements
from migrators.load.load import ordered
from migrators.mapping.facts import ARROW_TYPES
from migrators.mapping.spelling import stored
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.icat import Icat
from tests.resolvers.asking import Asked, asking

MODEL = default_model()
FIELDS: dict[PropertyType, tuple[str, str]] = {
    "int": ("File", "rank"),
    "long": ("Dataset", "numberOfImages"),
    "float": ("Dataset", "wavelength"),
}
ENDS = [2**31, 2**53, 2**63, 2**64]
WHOLE = [sign * end + by for sign in (1, -1) for end in ENDS for by in (-2, -1, 0, 1, 2)]
FLOATS = [float(item) for item in WHOLE]
FLOATS += [math.inf, -math.inf, math.nan, 1.7976931348623157e308, 5e-324, -0.0, 0.1, 1e30]
whole = some.sampled_from(WHOLE) | some.integers(-(2**70), 2**70)
floats = some.sampled_from(FLOATS) | some.floats()


@pytest.fixture(scope="module")
def ask(target: Target) -> Iterator[Asked]:
    with asking(target) as asked:
        yield asked


def kept(values: list[Any], kind: PropertyType) -> list[Any]:
    """What the mapping stores of a column."""
    column = pyarrow.decimal128(38, 0) if isinstance(values[0], int) else pyarrow.float64()
    rows = ibis.memtable(
        pyarrow.table({"at": range(len(values)), "v": pyarrow.array(values, column)})
    )
    made = rows.select("at", v=stored(rows.v, kind, ARROW_TYPES[kind])).order_by("at")
    return [row["v"] for row in made.to_pyarrow().to_pylist()]


@pytest.mark.parametrize("kind", FIELDS)
@given(values=some.lists(whole, min_size=1) | some.lists(floats, min_size=1))
@example(values=WHOLE)
@example(values=FLOATS)
@settings(max_examples=30)
def test_the_mapping_stores_what_is_in_range_and_nothing_else(
    kind: PropertyType, values: list[Any]
) -> None:
    for told, found in zip(values, kept(values, kind), strict=True):
        if not in_range(kind, told):
            assert found is None
        elif kind == "float":
            assert found == pytest.approx(float(told), rel=1e-15, abs=0.0)
        elif isinstance(told, int):
            assert found == told
        else:
            assert found is not None  # how a fraction becomes whole is for the transform to say


def shown(value: Any) -> str:
    return json.dumps(value) if not isinstance(value, float) else repr(value)


@pytest.mark.parametrize("kind", FIELDS)
def test_what_is_stored_is_answered_and_found(ask: Asked, kind: PropertyType) -> None:
    """Each end of each type: by the engine, in the answer, as literal and variable of a filter."""
    label, name = FIELDS[kind]
    values: list[Any] = FLOATS if kind == "float" else WHOLE
    there = {
        f"{label.lower()}:s:T:{n}": v for n, v in enumerate(kept(values, kind)) if v is not None
    }
    with Graph(ask.target) as graph:
        wipe(graph)
        rows = [ordered(MODEL.labels[label], {"id": item, name: v}) for item, v in there.items()]
        graph.write(statements.upsert_nodes(label), {"rows": rows})
    root = f"{label.lower()}s"
    nodes = ask(f"{{ {root}(first: 100) {{ nodes {{ id value: {name} }} }} }}")[root]["nodes"]
    assert {item["id"]: item["value"] for item in nodes} == there
    query = f"query Q($w: {label}Filter) {{ {root}(first: 100, where: $w) {{ nodes {{ id }} }} }}"
    for value in there.values():
        for where in ({"eq": value}, {"in": [value]}, {"gte": value, "lte": value}):
            found = ask(query, {"w": {name: where}})[root]["nodes"]
            assert {item["id"] for item in found} == {k for k, v in there.items() if v == value}
        literal = f"{{ {root}(where: {{{name}: {{eq: {shown(value)}}}}}) {{ totalCount }} }}"
        assert ask(literal)[root]["totalCount"] >= 1
    for value in values:
        told = ask.told(query, {"w": {name: {"eq": value}}})
        assert ("errors" in told) == (not in_range(kind, value)), value
    beyond = ask.told(f"{{ {root}(where: {{{name}: {{lt: 1e999}}}}) {{ totalCount }} }}")
    assert "errors" in beyond


@pytest.mark.parametrize("kind", ["long", "float"])
def test_a_page_may_begin_at_either_end(ask: Asked, kind: PropertyType) -> None:
    """Order keys of the ends: the least and the greatest come where they belong."""
    label, name = FIELDS[kind]
    low, high = RANGES[kind]
    values = [low, low / 2 if kind == "float" else low + 1, 0, high - 1, high]
    values = values if kind == "float" else [int(item) for item in values]
    with Graph(ask.target) as graph:
        wipe(graph)
        told = [{"id": f"{label.lower()}:s:T:{9 - n}", name: v} for n, v in enumerate(values)]
        rows = [ordered(MODEL.labels[label], row) for row in told]
        graph.write(statements.upsert_nodes(label), {"rows": rows})
    root, order = f"{label.lower()}s", "NUMBER_OF_IMAGES" if kind == "long" else "WAVELENGTH"
    query = f"query Q($a: String) {{ {root}(first: 1, after: $a, orderBy: {order}_ASC) {{ nodes {{ v: {name} }} pageInfo {{ endCursor }} }} }}"
    found, cursor = [], None
    for _ in values:
        page = ask(query, {"a": cursor})[root]
        found.append(page["nodes"][0]["v"])
        cursor = page["pageInfo"]["endCursor"]
    assert [struct.pack(">d", item) for item in found] == [struct.pack(">d", v) for v in values]


def catalogue(path: Path, sizes: dict[str, list[int]]) -> str:
    """An ICAT whose datasets have files of these sizes."""
    icat = Icat(path)
    visit = icat.add("Investigation", name="MX-1", visitId="1", title="t",
                     type=icat.add("InvestigationType", name="MX"))  # fmt: skip
    kind = icat.add("DatasetType", name="raw")
    for name, each in sizes.items():
        key = icat.add("Dataset", name=name, investigation=visit, type=kind, complete=1)
        icat.parameter("Dataset", key, "MX_numberOfImages", string="3000000000")
        for place, size in enumerate(each):
            icat.add("Datafile", name=f"{place}.h5", dataset=key, fileSize=size)
    return icat.done()


def test_a_sum_beyond_what_can_be_answered_is_none(ask: Asked, tmp_path: Path) -> None:
    """Of two files of 2^63 - 1 bytes, of 2^53 and one more, and of as much as there may be."""
    sizes = {
        "far": [2**63 - 1, 2**63 - 1],
        "over": [2**53, 1],
        "most": [2**53 - 1, 1],
        "usual": [3_000_000_000, 7],
    }
    url = catalogue(tmp_path / "icat.sqlite", sizes)
    with Graph(ask.target) as graph:
        wipe(graph)
        order = Order("icat", url, "icat", facility="lab")
        migrate(order, graph, tmp_path / "data", MODEL, lambda *_: None)
        kinds = graph.read("MATCH (d:Dataset {name: 'usual'}) RETURN d.size AS size")
    assert isinstance(kinds[0]["size"], int)
    nodes = ask("{ datasets { nodes { name size fileCount numberOfImages } } }")["datasets"][
        "nodes"
    ]
    assert {item["name"]: item["size"] for item in nodes} == {
        "far": None, "over": None, "most": 2**53, "usual": 3_000_000_007,
    }  # fmt: skip
    assert {item["fileCount"] for item in nodes} == {2}
    assert {item["numberOfImages"] for item in nodes} == {3_000_000_000}
    query = "{ datasets(where: {size: {gte: 9007199254740992}}) { nodes { name } } }"
    assert ask(query)["datasets"]["nodes"] == [{"name": "most"}]
    with duckdb.connect() as db:
        files = f"{tmp_path}/data/wanted/*/nodes-Dataset*.parquet"
        types = dict(
            db.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{files}')").fetchall()
        )
    assert types["size"] == "BIGINT"
