"""Measure the documents: contenders take turns, five short runs each, medians."""

import json
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks import contenders
from benchmarks.documents import NODE, QUESTIONS, Question
from benchmarks.graphs import prepared, say
from benchmarks.rows import Row, skipped
from graph.engine import Graph, Target

RUNS = 5
SECONDS = 2
PEER = "@neo4j/graphql"


def measure(engine: str, scale: float, only: Sequence[str]) -> Iterator[Row]:
    """One row a question."""
    chosen = [item for item in QUESTIONS if not only or item.id in only]
    if not chosen:
        return
    contenders.install_peer()
    with prepared(engine, scale) as (target, home):
        ids = _ids(target)
        statements = {item.id: _filled(item.floor, item, ids) for item in chosen}
        with (
            contenders.ours(target, home) as ours,
            contenders.peer(target, engine) as peer,
            contenders.floor(target, statements) as floor,
        ):
            for item in chosen:
                places = {
                    "ours": (ours, _body(_filled(item.ours, item, ids))),
                    PEER: (peer, _body(_filled(item.peer, item, ids))),
                    "floor": (f"{floor}/{item.id}", b"{}"),
                }
                yield _row(item, engine, scale, places)


def _row(item: Question, engine: str, scale: float, places: dict[str, tuple[str, bytes]]) -> Row:
    say(f"{item.id} on {engine}")
    try:
        for address, body in places.values():
            for _ in range(20):
                contenders.once(address, body)
        runs: dict[str, list[float]] = {name: [] for name in places}
        for _ in range(RUNS):
            for name, (address, body) in places.items():
                runs[name].append(contenders.requests_a_second(address, body, SECONDS))
    except RuntimeError as error:
        return skipped(item.id, engine, "req/s", str(error))
    value, peer = median(runs["ours"]), median(runs[PEER])
    return Row(
        id=item.id,
        engine=engine,
        value=value,
        unit="req/s",
        floor=median(runs["floor"]),
        peers={PEER: peer},
        ratio=value / peer if peer else None,
        scale=scale,
    )


def _ids(target: Target) -> dict[str, str]:
    with Graph(target) as graph:
        return {name: str(graph.read(statement)[0]["id"]) for name, statement in NODE.items()}


def _filled(text: str, item: Question, ids: dict[str, str]) -> str:
    return text.replace("$id", ids[item.about]) if item.about else text


def _body(document: str) -> bytes:
    return json.dumps({"query": document}).encode()
