"""A person's word on whether two records are one thing: it wins over every rule.

Decisions are lines of a file beside the data, and are never rewritten: taking one back is a line
more. So they outlive every reload, and who said what when can always be read.
"""

import json
import os
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from graph.engine.embedded import make_private
from graph.problem import Problem

FILE = "decisions.jsonl"
RULE = "decision"
"""The name of the rule where a person's word is the reason."""

Verdict = Literal["same", "different"]


@dataclass(frozen=True, slots=True)
class Decision:
    """That two records are one thing, or are not.

    Parameters
    ----------
    kind
        The label of the thing that both describe.
    a, b
        Ids of records, the lesser first.
    by, because, at
        Who said so, why, and when (UTC).
    revoked
        Whether it was taken back.
    """

    id: str
    kind: str
    a: str
    b: str
    verdict: Verdict
    by: str
    because: str
    at: str
    revoked: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the file, the graph and machines."""
        return asdict(self)

    def __str__(self) -> str:
        sign = "=" if self.verdict == "same" else "≠"
        return f"{self.a} {sign} {self.b} ({self.id}, {self.by})"


def load_decisions(data_dir: Path) -> tuple[Decision, ...]:
    """All decisions in the order in which they were made, those taken back included.

    Raises
    ------
    Problem
        Where a line cannot be read: what a person said is never passed over.
    """
    file = data_dir / FILE
    found: dict[str, Decision] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            if told.get("revoked"):
                found[told["id"]] = replace(found[told["id"]], revoked=True)
            else:
                found[told["id"]] = Decision(**told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(
                f"line {number} is no decision",
                where=str(file),
                todo="restore the file from a backup, or remove the line",
            ) from error
    return tuple(found.values())


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Those that were not taken back."""
    return tuple(item for item in decisions if not item.revoked)


def keep_decision(data_dir: Path, decision: Decision) -> None:
    """Write one line more, to the disk and not only into its cache."""
    make_private(data_dir)
    with (data_dir / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(decision.as_json()) + "\n")
        file.flush()
        os.fsync(file.fileno())


def said_before(known: Iterable[Decision], new: Decision) -> Decision | None:
    """The decision that stands and says the same of the same records."""
    told = (new.kind, new.a, new.b, new.verdict)
    return next(
        (item for item in standing(known) if (item.kind, item.a, item.b, item.verdict) == told),
        None,
    )


def check_consistent(known: Iterable[Decision], new: Decision) -> None:
    """Refuse a word that those before it contradict.

    Raises
    ------
    Problem
        With the chain of decisions by which the opposite follows.
    """
    of_kind = [item for item in standing(known) if item.kind == new.kind]
    same = [item for item in of_kind if item.verdict == "same"]
    if new.verdict == "different":
        chain = chain_between(same, new.a, new.b)
        if chain is not None:
            raise _contradiction(new, chain)
        return
    for item in of_kind:
        if item.verdict == "different":
            for here, there in ((item.a, item.b), (item.b, item.a)):
                start, end = chain_between(same, new.a, here), chain_between(same, new.b, there)
                if start is not None and end is not None:
                    raise _contradiction(new, [*start, item, *end])


def _contradiction(new: Decision, chain: Sequence[Decision]) -> Problem:
    return Problem(
        f"{new.a} and {new.b} cannot be {new.verdict}: {', '.join(map(str, chain))}",
        todo="take one of these back with beamgraph identity revoke",
    )


def chain_between(same: Iterable[Decision], start: str, end: str) -> list[Decision] | None:
    """The shortest chain of decisions by which two records are the same; None without one."""
    beside: dict[str, list[tuple[str, Decision]]] = {}
    for item in same:
        beside.setdefault(item.a, []).append((item.b, item))
        beside.setdefault(item.b, []).append((item.a, item))
    seen: dict[str, list[Decision]] = {start: []}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return seen[here]
        for there, item in beside.get(here, ()):
            if there not in seen:
                seen[there] = [*seen[here], item]
                waiting.append(there)
    return None
