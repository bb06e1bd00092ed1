"""How records are recognised as one thing, read from a table that people edit."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Literal, cast, get_args

from migrators.identity.decisions import RULE
from ontologies.tables import read_table

Between = Literal["systems", "facility", "any"]
Open = Literal["", "both", "mine", "theirs"]
Choose = Literal["all", "only", "nearest", "sole", "ask"]

CALIBRATION = "calibration.tsv"
PRIOR = 20
"""So many pairs weigh as much as what was expected of a rule before any was counted."""

SEVERAL = "several "
EDGE = re.compile(r"(\w+) (<)?-(\w+)-(?(2)|>)")
COMMA = re.compile(r",\s*(?![^()]*\))")
"""A comma outside of parentheses."""


@dataclass(frozen=True, slots=True)
class Through:
    """An edge that leads from records of a label to those that are compared."""

    label: str
    edge: str
    along: bool
    """Whether the edge begins at the records of that label."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of recognising that two records are one thing.

    The columns of `rules.tsv`, which says what each means; the score is what `calibration.tsv`
    makes of it.
    """

    type: str
    name: str
    label: str
    score: float
    between: Between
    through: Through | Literal["group"] | None
    same: tuple[tuple[str, str], ...]
    agree: tuple[str, ...]
    near: tuple[str, int] | None
    theirs: tuple[tuple[str, str], ...]
    refuse: tuple[str, ...]
    several: str
    open: Open
    choose: Choose
    why: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, of a label in the order in which they are tried."""
    return tuple(_rule(row) for row in read_table("migrators.identity", "rules.tsv"))


def by_type() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The rules of every type of thing, in the order in which types are compared."""
    for name, found in groupby(rules(), key=attrgetter("type")):
        yield name, tuple(found)


@cache
def scores() -> Mapping[str, float]:
    """What a match by each rule is worth; a person's word is certain."""
    return {RULE: 1.0, **{rule.name: rule.score for rule in rules()}}


@cache
def calibration() -> Mapping[str, tuple[int, int]]:
    """How many pairs each rule joined where the truth is known, and how many are one thing."""
    rows = read_table("migrators.identity", CALIBRATION)
    return {row["rule"]: (int(row["joined"]), int(row["right"])) for row in rows}


def worth(expected: float, joined: int, right: int) -> float:
    """The share of a rule's pairs that are one thing, as far as is known.

    What was counted outweighs what was expected, the more of it there is (the mean of a beta
    distribution whose prior weighs as much as `PRIOR` pairs); rounded down, so it is never 1.
    """
    share = (right + PRIOR * expected) / (joined + PRIOR)
    return math.floor(share * 10_000) / 10_000


def _rule(row: Mapping[str, str]) -> Rule:
    near = row["near"].split()
    refuse = row["refuse"]
    several = refuse.removeprefix(SEVERAL) if refuse.startswith(SEVERAL) else ""
    return Rule(
        row["type"],
        row["rule"],
        row["label"],
        worth(float(row["score"]), *calibration().get(row["rule"], (0, 0))),
        cast("Between", _one_of(row, "between", Between)),
        _through(row),
        tuple(_pairs(row["same"])),
        tuple(_items(row["agree"])),
        (near[0], int(near[1])) if near else None,
        tuple(_pairs(row["theirs"])),
        () if several else tuple(_items(refuse)),
        several,
        cast("Open", _one_of(row, "open", Open)),
        cast("Choose", _one_of(row, "choose", Choose)),
        row["why"],
    )


def _one_of(row: Mapping[str, str], name: str, known: object) -> str:
    """A word of few, or an error for the table's editor."""
    if row[name] not in get_args(known):
        raise ValueError(f"rules.tsv, {row['rule']}: {name} cannot be {row[name]!r}")
    return row[name]


def _through(row: Mapping[str, str]) -> Through | Literal["group"] | None:
    text = row["through"]
    if text == "group" or not text:
        return "group" if text else None
    if found := EDGE.fullmatch(text):
        return Through(found[1], found[3], along=not found[2])
    raise ValueError(f"rules.tsv, {row['rule']}: through cannot be {text!r}")


def _items(text: str) -> list[str]:
    return COMMA.split(text) if text else []


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for item in _items(text):
        mine, equal, theirs = item.partition("=")
        yield (mine, theirs if equal else mine)
