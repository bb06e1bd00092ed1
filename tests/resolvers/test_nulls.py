"""A condition without a value is refused: dropped, it would widen what was asked to everything."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import parse_value, value_from_ast_untyped

from graph.engine import Target
from graph.model import default_model
from graph.schema.inputs import OPERATORS
from tests.resolvers.asking import Asked, asking

PLACES = {
    "string": "name", "long": "size", "float": "wavelength",
    "boolean": "zoneAssumed", "instant": "startTime", "json": "parameters",
}  # fmt: skip
CONDITIONS = [
    f"{{{place}: {{{operator}: $v}}}}"
    for kind, place in PLACES.items()
    for operator in (*OPERATORS[kind][2], "exists", *(["in"] if OPERATORS[kind][3] else []))  # type: ignore[index]
]
NESTED = (
    "{and: [{name: {eq: $v}}]}", "{or: {name: {eq: $v}}}", "{not: {name: {eq: $v}}}",
    "{samples: {some: {name: {eq: $v}}}}", "{samples: {none: {name: {eq: $v}}}}",
    "{samples: {every: {name: {eq: $v}}}}", "{name: {eq: \"a\", ne: $v}}",
)  # fmt: skip
OBJECTS = {
    "{name: $v}": "StringFilter", "{not: $v}": "DatasetFilter", "{and: $v}": "[DatasetFilter!]",
    "{or: $v}": "[DatasetFilter!]", "{samples: $v}": "SampleRelation",
    "{samples: {some: $v}}": "SampleFilter", "{samples: {every: $v}}": "SampleFilter",
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(embedded_target: Target) -> Iterator[Asked]:
    with asking(embedded_target) as found:
        yield found


def type_of(where: str) -> str:
    place, _, rest = where.strip("{}").partition(": {")
    operator = rest.partition(":")[0]
    kind = next((kind for kind, name in PLACES.items() if name == place), "string")
    if operator == "exists":
        return "Boolean"
    wanted = {"json": "String"}.get(kind, kind.capitalize())
    return f"[{wanted}!]" if operator == "in" else wanted


def refused(told: dict[str, Any]) -> None:
    (error,) = told["errors"]
    assert "exists: false" in error["message"]
    assert told.get("data") is None


@pytest.mark.parametrize("where", [*CONDITIONS, *NESTED, *OBJECTS])
def test_null_and_a_variable_without_a_value_are_refused(ask: Asked, where: str) -> None:
    kind = OBJECTS.get(where) or type_of(where)
    text = f"query ($v: {kind}) {{ datasets(where: {where}) {{ totalCount }} }}"
    refused(ask.told(text, {"v": None}))
    refused(ask.told(text, {}))
    refused(ask.told(f"{{ datasets(where: {where.replace('$v', 'null')}) {{ totalCount }} }}"))


@pytest.mark.parametrize("where", [*CONDITIONS, *NESTED])
def test_null_inside_a_filter_that_is_a_variable_is_refused(ask: Asked, where: str) -> None:
    text = "query ($w: DatasetFilter) { datasets(where: $w) { totalCount } }"
    given = value_from_ast_untyped(parse_value(where.replace("$v", "null")))
    refused(ask.told(text, {"w": given}))


def test_a_filter_as_a_whole_may_be_null_or_left_out(ask: Asked) -> None:
    text = "query ($w: DatasetFilter) { datasets(where: $w) { totalCount } }"
    every = ask("{ datasets { totalCount } }")
    assert ask(text) == ask(text, {"w": None}) == ask(text, {"w": {}}) == every


def test_a_plan_that_was_made_for_a_value_does_not_serve_null(ask: Asked) -> None:
    text = "query ($v: String) { datasets(where: {name: {eq: $v}}) { totalCount } }"
    assert ask(text, {"v": "a"}) == {"datasets": {"totalCount": 0}}
    refused(ask.told(text, {"v": None}))
    assert ask(text, {"v": "b"}) == {"datasets": {"totalCount": 0}}


def test_the_model_has_what_is_asked_here() -> None:
    kinds = {item.name: item.type for item in default_model().labels["Dataset"].properties}
    assert {name: kinds[name] for name in PLACES.values()} == {n: k for k, n in PLACES.items()}
