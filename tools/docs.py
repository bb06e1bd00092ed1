"""Write the generated pages of docs/ anew, or check that they are as they would be written."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import typer

from beamgraph.cli import app
from beamgraph.settings import Settings
from graph.model import default_model
from graph.model.document import model_document
from graph.schema import build_schema

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages() -> dict[str, str]:
    """Every generated page by its name."""
    model = default_model()
    return {
        "graph.md": model_document(model),
        "schema.graphql": build_schema(model, decisions=True).as_str() + "\n",
        "cli.md": "\n".join(_cli()) + "\n",
        "settings.md": "\n".join(_settings()) + "\n",
    }


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "`.env`, then the environment, then options, each stronger than the last."
    yield ""
    yield "| variable | default | meaning |"
    yield "| --- | --- | --- |"
    for name, field in Settings.model_fields.items():
        default = "the user's data folder" if name == "data_dir" else field.get_default()
        shown = "" if name == "graph_password" else str(default)
        yield f"| `BEAMGRAPH_{name.upper()}` | {shown} | {field.description} |"


def _cli() -> Iterator[str]:
    yield "# The command line"
    yield ""
    yield "Every command exits 0 only when it did what it said; a failure is one line."
    yield from _command(typer.main.get_command(app), "beamgraph")


def _command(command: click.Command, name: str) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not children:
        yield ""
        yield f"## `{name}`"
        yield ""
        yield (command.help or "").strip()
        yield ""
        yield "| parameter | meaning |"
        yield "| --- | --- |"
        for parameter in command.params:
            names = ", ".join(f"`{item}`" for item in parameter.opts if item != "--help")
            text = getattr(parameter, "help", "") or ""
            if names:
                yield f"| {names} | {text} |"
    for child, below in sorted(children.items()):
        yield from _command(below, f"{name} {child}")


def main() -> None:
    """Write every page."""
    DOCS.mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
