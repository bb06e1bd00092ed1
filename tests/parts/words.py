"""The words that people read: documents, commands and ids in README, docs, GraphiQL and the demo."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [
    *sorted((ROOT / "graph" / "web" / "examples").glob("*.graphql")),
    *sorted((ROOT / "tools" / "questions").glob("*.graphql")),
]

RECORD = re.compile(r"\b(?:([a-z]+):)?(ispyb|icat):([A-Z]\w+):(\w+)")


def name(path: Path) -> str:
    """A path as it is spelled in the repository."""
    return str(path.relative_to(ROOT))


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def documents() -> dict[str, str]:
    """Every GraphQL document that stands by itself, by where it stands."""
    found = {name(path): path.read_text(encoding="utf-8") for path in EXAMPLES}
    for page in PAGES:
        for number, text in enumerate(blocks(page.read_text(encoding="utf-8"), "graphql")):
            found[f"{name(page)} {number}"] = text
    return found


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command after a `$`, over as many lines as its quotes are open."""
    for block in blocks(text, "console"):
        waiting = ""
        for line in block.splitlines():
            if not waiting and not line.startswith("$ "):
                continue  # what a command says
            waiting += line.removeprefix("$ ") if not waiting else "\n" + line
            try:
                words = shlex.split(waiting.replace("\\\n", " "), comments=True)
            except ValueError:
                continue  # a quote is open, or the line goes on
            yield words
            waiting = ""
        assert not waiting, f"this command does not end: {waiting}"


def ids() -> set[tuple[str, str]]:
    """Every id of a thing or a record, with where it stands."""
    pages = {name(path): path.read_text(encoding="utf-8") for path in [*PAGES, *EXAMPLES]}
    return {(found[0], where) for where, text in pages.items() for found in RECORD.finditer(text)}


def unanswered(answer: Any) -> list[str]:
    """The fields that are null or empty wherever they occur in an answer."""
    answered: dict[str, bool] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, below in value.items():
                walk(below, f"{path}.{key}")
        elif isinstance(value, list) and value:
            for item in value:
                walk(item, path)
        else:
            answered[path] = answered.get(path, False) or (value is not None and value != [])

    walk(answer, "")
    whole = {path for path, there in answered.items() if there}
    return [
        path.removeprefix(".")
        for path, there in answered.items()
        if not there and not any(other.startswith(f"{path}.") for other in whole)
    ]
