"""The documents of the TCK, and how one is compiled without a graph."""

from functools import cache
from pathlib import Path
from typing import Any

from graphql import FragmentDefinitionNode, get_operation_ast, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from graph.access import Everybody, Visible, everybody
from graph.engine import Dialect
from graph.model import default_model
from graph.resolvers.core import core_schema
from graph.resolvers.limits import Limits
from graph.resolvers.operation import compile_plan
from graph.resolvers.plan import Plan
from graph.resolvers.roots import own_record
from graph.resolvers.selection import Document
from graph.schema import build_schema

FOLDER = Path(__file__).resolve().parent / "tck"


@cache
def documents() -> dict[str, str]:
    """Every document by the name of its file."""
    return {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.graphql")}


@cache
def schema() -> object:
    return core_schema(build_schema(default_model()))


def compiled(text: str, dialect: Dialect) -> Plan:
    """The plan of a document without variables for an engine."""
    return compiled_with(text, dialect, {})


def compiled_with(
    text: str, dialect: Dialect, variables: dict[str, Any], visible: Visible = everybody
) -> Plan:
    """The plan of a document for an engine."""
    core = schema()
    document = parse(text)
    assert validate(core, document) == []  # type: ignore[arg-type]
    node = get_operation_ast(document)
    assert node is not None
    parts = {
        item.name.value: item
        for item in document.definitions
        if isinstance(item, FragmentDefinitionNode)
    }
    values = get_variable_values(core, node.variable_definitions or (), variables)  # type: ignore[arg-type]
    assert isinstance(values, VariableValues)
    read = Document(core, parts, values)  # type: ignore[arg-type]
    return compile_plan(
        read, node, default_model(), dialect, Limits(), visible, Everybody, own_record
    )
