"""What the API is told of the migrations: who is who, where sources disagree, a person's word."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from beamgraph.settings import Settings
from graph.engine import Graph
from graph.model import Model
from graph.resolvers.desk import Key, Told, Total
from migrators import deciding
from migrators.identity import Wanted
from migrators.identity.decisions import Decision, load_decisions
from migrators.report.account import Account
from migrators.report.disagreements import Disagreement, disagreements, total
from migrators.report.newest import conflicts_now
from migrators.report.pairs import Asked, Pair, Pairs

ASKED = {"label": "label", "name": "property", "thing": "thing"}
"""What disagreements are asked for by, and what GraphQL calls it."""


class DataDirDesk:
    """Answers from the data directory beside a graph, and decides for it."""

    def __init__(self, settings: Settings, model: Model) -> None:
        self._settings = settings
        self._model = model
        self._folder: Path = settings.data_dir

    def identity(
        self, asked: Mapping[str, Any], after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Told]], Total]:
        """So many pairs behind a key, and how many there are in all."""
        what = Asked(asked["state"], asked.get("label"), asked.get("record"))
        conflicts = None
        if what.state == "conflicting":
            conflicts = conflicts_now(self._folder, self._model)
        wanted = Wanted.load(self._folder / "wanted")
        pairs = Pairs(wanted, load_decisions(self._folder), conflicts)
        behind = (after[0], after[1], after[2]) if after else None
        found = pairs.page(what, limit, behind)
        return [(item.key(), _pair(item)) for item in found], partial(pairs.total, what)

    def conflicts(
        self, asked: Mapping[str, Any], after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Told]], Total]:
        """So many disagreements behind a key, and how many there are in all."""
        file = conflicts_now(self._folder, self._model)
        what = {n: asked.get(word) for n, word in ASKED.items()}
        behind = (after[0], after[1], after[2]) if after else None
        found = disagreements(file, **what, after=behind, limit=limit)
        return [(item.key(), _conflict(item)) for item in found], partial(total, file, **what)

    def foresee(self, asked: Mapping[str, Any]) -> Sequence[Told]:
        """The records that would describe other things."""
        records = asked["a"], asked["b"]
        found = deciding.foresee(self._folder, self._model, asked["verdict"], records)
        return [asdict(item) for item in found]

    def decide(self, asked: Mapping[str, Any]) -> Told:
        """Keep a decision and bring the graph up to date."""
        with Graph(self._settings.target()) as graph:
            decision, account = deciding.decide(
                graph, self._folder, self._model, asked["verdict"], (asked["a"], asked["b"]),
                asked["by"], asked["because"], _quiet,
            )  # fmt: skip
        return _decided(decision, account)

    def revoke(self, asked: Mapping[str, Any]) -> Told:
        """Take a decision back and bring the graph up to date."""
        with Graph(self._settings.target()) as graph:
            decision, account = deciding.revoke(
                graph, self._folder, self._model, asked["decision"], asked["by"],
                asked["because"], _quiet,
            )  # fmt: skip
        return _decided(decision, account)


def _quiet(*_: object) -> None:
    """Nobody watches the progress of a request."""


def _pair(item: Pair) -> Told:
    told = asdict(item)
    return {**told, "thingA": told.pop("thing_a"), "thingB": told.pop("thing_b")}


def _conflict(item: Disagreement) -> Told:
    return {**asdict(item), "values": [dict(value) for value in item.values]}


def _decided(decision: Decision, account: Account) -> Told:
    totals = account.totals()
    return {
        **decision.as_json(),
        "label": decision.kind,
        "run": account.run,
        "nodesWritten": totals["nodes_written"],
        "edgesWritten": totals["edges_written"],
    }
