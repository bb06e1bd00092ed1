"""Every command, setting and root field is documented, and the generated pages are as written."""

from pathlib import Path

import pytest
import typer

from beamgraph.cli import app
from beamgraph.settings import Settings
from graph.model import default_model
from graph.schema import build_schema
from tools.docs import DOCS, pages

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_as_it_would_be_written(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run make docs"


def test_every_command_and_parameter_says_what_it_does() -> None:
    def walk(command: object, name: str) -> list[str]:
        children = getattr(command, "commands", {})
        silent = [] if getattr(command, "help", None) else [name]
        for parameter in getattr(command, "params", ()):
            if not getattr(parameter, "help", None) and parameter.name != "help":
                silent.append(f"{name} {parameter.name}")
        for child, below in children.items():
            silent += walk(below, f"{name} {child}")
        return silent

    assert walk(typer.main.get_command(app), "beamgraph") == []


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_field_of_the_schema_that_people_read_is_described() -> None:
    core = build_schema(default_model(), decisions=True)._schema
    silent = [
        f"{kind.name}.{name}"
        for kind in core.type_map.values()
        if hasattr(kind, "fields") and not kind.name.startswith("__")
        and not kind.name.endswith(("Filter", "Relation"))
        for name, field in kind.fields.items()
        if not field.description and name not in ("statistics",)
    ]  # fmt: skip
    assert silent == []


def test_every_page_of_docs_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCS.iterdir() if f"docs/{path.name}" not in readme] == []
