"""Whoever ran `make demo` can paste every command, document and id of the words, and gets answers."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.parts.serving import ask, get, serving
from tests.parts.words import PAGES, commands, documents, ids, name, unanswered
from tools.demo import commands as demo_commands

BEAMGRAPH = [sys.executable, "-m", "beamgraph"]

PLACEHOLDERS = {
    "user@host": "a facility's own MariaDB",
    "icatdump-6.2.yaml": "a facility's own dump file",
}
"""What a newcomer cannot have; each command without one of these is run."""

NOT_BEAMGRAPH = {"make", "export", "docker"}


@pytest.fixture(scope="module")
def newcomer(server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Where and how commands run after `make demo`."""
    folder = tmp_path_factory.mktemp("newcomer")
    os.symlink(ROOT / "Makefile", folder / "Makefile")
    (folder / ".demo").mkdir()
    environment = {**os.environ, "BEAMGRAPH_DATA_DIR": str(folder / ".demo" / "data"),
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
    environment.pop("BEAMGRAPH_GRAPH_URL", None)
    how: dict[str, Any] = {"cwd": folder, "env": environment}
    for words in demo_commands(Path(".demo")):
        run(how, list(words))
    yield how
    run(how, ["engine", "stop"])


def run(how: dict[str, Any], words: list[str]) -> str:
    done = subprocess.run([*BEAMGRAPH, *words], **how, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def url(newcomer: dict[str, Any]) -> Iterator[str]:
    with serving({"args": [*BEAMGRAPH, "serve", "--port", "0"], **newcomer}) as found:
        yield found


@pytest.mark.parametrize("where", sorted(documents()))
def test_a_document_answers_in_every_field(url: str, where: str) -> None:
    assert unanswered(ask(url, documents()[where])) == []


def test_every_id_answers(url: str) -> None:
    found = ids()
    assert {where for _, where in found} >= {"README.md", "docs/identity.md"}
    silent = []
    for text, where in sorted(found):
        *label, system, table, key = text.split(":")
        if label:
            answer = ask(url, f'{{ node(id: "{text}") {{ id }} }}')
            answered = answer["node"] is not None
        else:
            words = f'system: "{system}", table: "{table}", key: "{key}"'
            answer = ask(url, f"{{ source({words}) {{ entities {{ id }} }} }}")
            answered = bool(answer["source"] and answer["source"]["entities"])
        if not answered:
            silent.append(f"{where}: {text}")
    assert silent == []


def test_graphiql_opens_with_the_documents_that_were_tried(url: str) -> None:
    told = json.loads(get(url.replace("/graphql", "/examples"))[1])
    tried = documents()
    assert {f"graph/web/examples/{item['name']}": item["query"] for item in told}.items() <= (
        tried.items()
    )
    assert len(told) == len([where for where in tried if where.startswith("graph/web")])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_does_what_it_says(newcomer: dict[str, Any], page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for words in commands(text):
        if words[0] in NOT_BEAMGRAPH or any(one in " ".join(words) for one in PLACEHOLDERS):
            continue
        assert words[0] == "beamgraph", f"{words}: say in this test why it cannot be run"
        if "DECISION" in words:
            (decided,) = json.loads(run(newcomer, ["identity", "list", "--json"]))
            words = [decided["id"] if word == "DECISION" else word for word in words]
        if words[1] == "serve":
            with serving({"args": [*BEAMGRAPH, *words[1:], "--port", "0"], **newcomer}) as url:
                assert ask(url, "{ __typename }") == {"__typename": "Query"}
            continue
        said = run(newcomer, words[1:])
        assert said.strip(), words
        if words[1] == "query":
            assert unanswered(json.loads(said)["data"]) == [], words
    for decided in json.loads(run(newcomer, ["identity", "list", "--json"])):  # the next page
        run(newcomer, ["identity", "revoke", decided["id"], "--by", "a", "--because", "b"])


def test_a_placeholder_is_in_the_words() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [one for one in PLACEHOLDERS if one not in text] == []


def test_every_target_of_make_that_is_named_is_there() -> None:
    there = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text(encoding="utf-8"))
        assert set(named) <= there, page
