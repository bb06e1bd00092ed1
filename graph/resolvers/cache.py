"""Documents and plans that are kept, the most recently used of them, within so many bytes.

Weights are estimates: what a parsed document and a plan take grows with their text.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

from graph.resolvers.binding import Look
from graph.resolvers.plan import Plan

CACHE_BYTES = 64 * 1024 * 1024
"""What all documents may take, and all plans."""

BESIDE = 2_000
"""Bytes that the smallest of either takes."""

A_CHARACTER = 100
"""Bytes that one character of a document or a statement takes, parsed or made."""

KINDS = 16
"""Of how many kinds the plans of one document may be: what of the variables they depend on."""


class Cache:
    """The most recently used of many, within a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._held)

    def find(self, key: Hashable) -> Any:
        """What is remembered under a key, or None; it counts as used."""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def keep(self, key: Hashable, value: Any, weight: int) -> None:
        """Remember a value, and forget the oldest ones where there is no room."""
        if key in self._held:
            self.weight -= self._held.pop(key)[1]
        self._held[key] = (value, weight)
        self.weight += weight
        while self.weight > self._limit:
            self.weight -= self._held.popitem(last=False)[1][1]


class Plans:
    """Plans by document and by what of the variables they were made by.

    Every plan says what was seen of the variables when it was made, and serves a request
    in which the same is seen. Most documents have plans of one kind, so one lookup finds it.
    """

    def __init__(self, limit: int) -> None:
        self._plans = Cache(limit)
        self._kinds = Cache(limit)

    def __len__(self) -> int:
        return len(self._plans)

    def find(self, key: Hashable, variables: Mapping[str, Any]) -> Plan | None:
        """A plan that serves these variables, or None."""
        kinds: list[tuple[Look, ...]] = self._kinds.find(key) or []
        for looks in kinds:
            seen = tuple(look(variables) for look in looks)
            found: Plan | None = self._plans.find((key, looks, seen))
            if found is not None:
                return found
        return None

    def keep(self, key: Hashable, plan: Plan) -> None:
        """Remember a plan."""
        looks, seen = tuple(plan.parameters.looks), tuple(plan.parameters.looks.values())
        kinds: list[tuple[Look, ...]] = self._kinds.find(key) or []
        if looks not in kinds:
            kinds = [looks, *kinds[: KINDS - 1]]
            self._kinds.keep(key, kinds, BESIDE * len(kinds))
        self._plans.keep((key, looks, seen), plan, weight_of_plan(plan))


def weight_of_document(query: str) -> int:
    """About how many bytes a parsed document takes."""
    return BESIDE + A_CHARACTER * len(query)


def weight_of_plan(plan: Plan) -> int:
    """About how many bytes a plan takes."""
    texts = [plan.text, *(keys.text for keys in plan.keys)]
    texts += [text for walk in plan.walks for text in walk.steps.values()]
    return BESIDE + A_CHARACTER * sum(map(len, texts))
