"""A server that a test started as a person would, from a wheel or an image."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def serving(command: dict[str, Any]) -> Iterator[str]:
    """The address that a `serve` says it answers at; it ends cleanly afterwards."""
    process = subprocess.Popen(**command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://[^;\s]+", process.stdout.readline())
        assert found is not None
        yield found[0]
    finally:
        process.terminate()
        ended = process.wait(60)
        process.stdout.close()
    assert ended == 0, "the server did not end cleanly"


def get(url: str) -> tuple[int, str]:
    """The status and the text at an address, as a browser asks."""
    request = urllib.request.Request(url, headers={"accept": "text/html,*/*;q=0.8"})
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ask(url: str, query: str) -> Any:
    """The data that a document gives."""
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        told = json.load(answer)
    assert "errors" not in told, told
    return told["data"]


def check_graphiql(url: str) -> None:
    """GraphiQL's page is there, and every file that it names."""
    status, page = get(url)
    assert status == 200
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(named) >= 6
    host = url.removesuffix("/graphql")
    answers = {name: get(host + name) for name in named}
    assert [name for name, (status, text) in answers.items() if status != 200 or not text] == []
