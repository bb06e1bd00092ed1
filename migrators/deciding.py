"""Take a person's word on two records, and bring what hangs on it up to date at once."""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

import duckdb

from graph.engine import Graph
from graph.model import Model
from graph.problem import Problem
from graph.values import instant_text
from migrators.identity import Wanted
from migrators.identity.decisions import (
    Decision,
    Verdict,
    check_consistent,
    keep_decision,
    load_decisions,
    said_before,
)
from migrators.identity.recognised import Moved, moved, recognise
from migrators.origins import keep_rank, origins_of
from migrators.progress import Progress
from migrators.report.account import Account
from migrators.run import settle_again, working

DESCRIBED = """
SELECT from_id, to_label, to_id, rule FROM ({edges})
WHERE type = 'DESCRIBES' AND list_contains($records, from_id)"""

OWN = ("own record", "detail")
"""The rules by which the mapping itself says what a record stands for."""


def decide(
    graph: Graph | None,
    data_dir: Path,
    model: Model,
    verdict: Verdict,
    records: tuple[str, str],
    by: str,
    because: str,
    progress: Progress,
) -> tuple[Decision, Account]:
    """Say that two records are one thing, or are not; the clusters they are in follow at once.

    To say again what stands finishes what was cut short: the first word is kept.

    Parameters
    ----------
    graph
        None where only what the graph should hold is brought up to date.
    records
        Ids of two records, as `ispyb:DataCollection:9`, or addresses that end with such an id.

    Raises
    ------
    Problem
        Where a record is not there, both describe nothing of one kind, or what was said before
        contradicts; then nothing changed.
    """

    def said(known: Sequence[Decision]) -> Decision:
        _check_words(by, because)
        new = _checked(Wanted.load(data_dir / "wanted"), verdict, records, by, because)
        check_consistent(known, new)
        return said_before(known, new) or new

    return _keep(graph, data_dir, model, progress, said)


def foresee(
    data_dir: Path, model: Model, verdict: Verdict, records: tuple[str, str]
) -> list[Moved]:
    """What each record would describe instead if a person said that of two records.

    All pairs are looked for anew, as after the decision; nothing is written.

    Raises
    ------
    Problem
        As with `decide`.
    """
    with working(data_dir):
        known = load_decisions(data_dir)
        wanted = Wanted.load(data_dir / "wanted")
        new = _checked(wanted, verdict, records)
        check_consistent(known, new)
        origins = origins_of(data_dir, None, model)
        with tempfile.TemporaryDirectory(dir=data_dir) as room:
            db = recognise(origins, [*known, new], Path(room))
            try:
                return moved(db, wanted)
            finally:
                db.disconnect()


def revoke(
    graph: Graph | None,
    data_dir: Path,
    model: Model,
    name: str,
    by: str,
    because: str,
    progress: Progress,
) -> tuple[Decision, Account]:
    """Take a decision back: from then on the rules count again.

    To take back what is taken back finishes what was cut short.

    Raises
    ------
    Problem
        Where there is no such decision.
    """

    def said(known: Sequence[Decision]) -> Decision:
        for item in known:
            if item.id == name and item.revoked:
                return item
            if item.id == name:
                at = instant_text(datetime.now(UTC))
                return replace(item, by=by, because=because, at=at, revoked=True)
        raise Problem(
            f"there is no decision {name}",
            where=str(data_dir),
            todo="see beamgraph identity list",
        )

    return _keep(graph, data_dir, model, progress, said)


def rank(
    graph: Graph | None,
    data_dir: Path,
    model: Model,
    names: Sequence[str],
    progress: Progress,
) -> Account:
    """Put sources in the order in which they are believed: the first names things.

    Sources that are not named come after those that are. Every id stays an address.

    Raises
    ------
    Problem
        Where a name is of no source; then nothing changed.
    """
    with working(data_dir):
        known = [origin.name for origin in origins_of(data_dir, None, model)]
        for name in names:
            if name not in known or list(names).count(name) > 1:
                raise Problem(
                    f"{name!r} is named twice" if name in known else f"there is no source {name!r}",
                    todo=f"name each once of {', '.join(known)}",
                )
        keep_rank(data_dir, names)
        return settle_again(graph, data_dir, model, progress)


def _keep(
    graph: Graph | None,
    data_dir: Path,
    model: Model,
    progress: Progress,
    said: Callable[[Sequence[Decision]], Decision],
) -> tuple[Decision, Account]:
    with working(data_dir):
        known = load_decisions(data_dir)
        decision = said(known)
        if decision not in known:
            keep_decision(data_dir, decision)
        return decision, settle_again(graph, data_dir, model, progress)


def _check_words(by: str, because: str) -> None:
    for name, text in (("--by", by), ("--because", because)):
        if not text.strip():
            raise Problem("says nothing", where=name, todo="a decision needs a name and a reason")


def _checked(
    wanted: Wanted, verdict: Verdict, records: tuple[str, str], by: str = "", because: str = ""
) -> Decision:
    """The decision, about records that there are and that describe things of one kind."""
    (a, of_a), (b, of_b) = sorted(_described(wanted, records), key=itemgetter(0))
    if a == b:
        raise Problem(f"{a} is one record", todo="name two")
    shared = sorted(set(of_a) & set(of_b))
    if not shared:
        raise Problem(
            f"{a} describes a {', '.join(of_a)} and {b} a {', '.join(of_b)}",
            todo="only records of things of one kind can be the same",
        )
    kind = shared[0]
    if verdict == "different" and of_a[kind][0] == of_b[kind][0] and _both_own(of_a, of_b, kind):
        raise Problem(
            f"both stand for {of_a[kind][0]} by the mapping, which no decision can part",
            todo="change the mapping tables, or the source",
        )
    at, name = instant_text(datetime.now(UTC)), f"decision-{uuid.uuid4().hex[:12]}"
    return Decision(name, kind, a, b, verdict, by, because, at)


Described = dict[str, tuple[str, str]]
"""What a record describes: by label the thing and the rule."""


def _both_own(of_a: Described, of_b: Described, kind: str) -> bool:
    return of_a[kind][1] in OWN and of_b[kind][1] in OWN


def _described(wanted: Wanted, texts: Sequence[str]) -> Iterator[tuple[str, Described]]:
    """The record that each text names, and what it describes."""
    names = {text: (text, text.partition(":")[2]) for text in texts}
    query = DESCRIBED.format(edges=wanted.edges_sql())
    found: dict[str, Described] = {}
    with duckdb.connect() as db:
        asked = [name for pair in names.values() for name in pair]
        for record, label, thing, rule in db.execute(query, {"records": asked}).fetchall():
            found.setdefault(record, {})[label] = (thing, rule)
    for text in texts:
        name = next((name for name in names[text] if name in found), None)
        if name is None:
            raise Problem(
                f"there is no record {text!r}",
                todo="name one as in ispyb:DataCollection:9, see records",
            )
        yield name, found[name]
