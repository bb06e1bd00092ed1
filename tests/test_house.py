"""Imports flow one way: ontologies <- graph <- migrators <- beamgraph; modules stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("ontologies", "graph", "migrators", "beamgraph")
LONGEST = 330


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_below(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        for name in names:
            top = name.split(".")[0]
            assert top not in ROOMS or top in allowed, f"{path}: {name}"
            assert top != "tests"


def test_modules_stay_small() -> None:
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {str(path): count for path, count in counts.items() if count > LONGEST} == {}


def test_only_the_engine_speaks_to_the_driver() -> None:
    for path in modules():
        if "engine" not in path.parts:
            assert "import neo4j" not in path.read_text(encoding="utf-8"), path
