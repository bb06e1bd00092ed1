"""One API that stays open over many documents."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from graph.access import Visible, everybody
from graph.engine import AsyncGraph, Target
from graph.model import default_model
from graph.resolvers import Api
from graph.schema import build_schema

MODEL = default_model()


@cache
def schema() -> Any:
    return build_schema(MODEL)


class Asked:
    """Answers documents; `told` gives the whole answer, errors included."""

    def __init__(self, runner: asyncio.Runner, api: Api, target: Target) -> None:
        self._runner, self._api, self.target = runner, api, target

    def told(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._runner.run(self._api.answer(query, variables)).as_json()

    def __call__(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.told(query, variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def asking(target: Target, visible: Visible = everybody) -> Iterator[Asked]:
    with asyncio.Runner() as runner:
        graph = runner.run(AsyncGraph.open(target))
        yield Asked(runner, Api(schema(), MODEL, graph, visible=visible), target)
        runner.run(graph.close())
