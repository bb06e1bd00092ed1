"""What would become of a pair if a person decided it otherwise.

Only the links of the things that it touches are looked at. What rules would find of records that
come free is not told here: `foresee` (`migrators/deciding.py`) does the whole work for one pair.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from graph.problem import Problem
from migrators.identity.apart import dropped
from migrators.identity.decisions import RULE, Decision, Verdict, check_consistent
from migrators.identity.rules import rules

LEAVES = {"both": (True, True), "mine": (True, False), "theirs": (False, True), "": (False, False)}
"""Whether a rule leaves alone what a person paired, on the side of ISPyB and on that of ICAT."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that are joined, by what, and what the mapping has each stand for."""

    a: str
    b: str
    rule: str
    score: float
    own_a: str
    own_b: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing as it would be, and the records that would name it."""

    id: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The other verdict, and the things that there would be; or why it cannot be given."""

    verdict: Verdict
    things: tuple[Thing, ...]
    refused: str = ""


Rank = Callable[[str], object]
"""Puts things in the order in which they are believed."""


def otherwise(
    label: str,
    link: Link,
    verdict: Verdict,
    links: Sequence[Link],
    decisions: Sequence[Decision],
    rank: Rank,
) -> Otherwise:
    """What there would be of two records if that were decided of them.

    Parameters
    ----------
    links
        All that join the records of the things that the two describe now.
    decisions
        Those that stand.
    """
    a, b = sorted((link.a, link.b))
    new = Decision("", label, a, b, verdict, "", "", "")
    try:
        check_consistent(decisions, new)
    except Problem as problem:
        return Otherwise(verdict, (), str(problem))
    if link.own_a == link.own_b:
        return Otherwise(verdict, (), f"both stand for {link.own_a} by the mapping")
    left = [one for one in links if not _gone(one, link, verdict)]
    if verdict == "same":
        left.append(replace(link, rule=RULE, score=1.0))
    left.sort(key=lambda one: (one.rule != RULE, -one.score, one.a, one.b, one.rule))
    apart = _apart(label, [*left, link], [*decisions, new])
    cut = set(dropped([(one.a, one.b, one.own_a, one.own_b) for one in left], apart))
    joined = [(one.own_a, one.own_b) for one in left if (one.a, one.b) not in cut]
    known = {own for one in [*links, link] for own in (one.own_a, one.own_b)}
    return Otherwise(verdict, tuple(_things(known, joined, rank)))


def _gone(one: Link, link: Link, verdict: Verdict) -> bool:
    """Whether a link would not be found any more: rules leave alone what a person paired."""
    if verdict == "different":
        return {one.a, one.b} == {link.a, link.b}
    if one.rule == RULE:
        return False
    mine, theirs = LEAVES[_open()[one.rule]]
    told = {link.a, link.b}
    return (mine and one.a in told) or (theirs and one.b in told)


@cache
def _open() -> Mapping[str, str]:
    return {rule.name: rule.open for rule in rules()}


def _apart(
    label: str, links: Iterable[Link], decisions: Iterable[Decision]
) -> set[tuple[str, str]]:
    """What the mapping has records stand for that are decided to be different."""
    own: dict[str, str] = {}
    for one in links:
        own |= {one.a: one.own_a, one.b: one.own_b}
    return {
        (own[item.a], own[item.b])
        for item in decisions
        if item.kind == label and item.verdict == "different" and {item.a, item.b} <= own.keys()
    }


def _things(
    known: Collection[str], joined: Iterable[tuple[str, str]], rank: Rank
) -> Iterable[Thing]:
    """What is joined is one thing, called by the first of it."""
    groups = {one: {one} for one in known}
    for a, b in joined:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            groups |= dict.fromkeys(groups[b], groups[a])
    for group in sorted({id(group): group for group in groups.values()}.values(), key=min):
        first = min(group, key=rank)  # type: ignore[arg-type]
        records = tuple(sorted(one.partition(":")[2] for one in group))
        yield Thing(first, records)
