"""`beamgraph identity decide A B same`, `revoke`, `rank`, `list`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any, Literal

import typer

from beamgraph.cli.common import DataDir, GraphUrl, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import Graph
from graph.model import default_model
from migrators import deciding
from migrators.identity import Wanted
from migrators.identity.decisions import Decision, Verdict, load_decisions
from migrators.identity.recognised import Moved
from migrators.origins import origins_of
from migrators.report.account import Account
from migrators.report.newest import conflicts_now
from migrators.report.pairs import Asked, Pair, Pairs

identity = typer.Typer(
    help="Which records are one thing, by a person's word.", no_args_is_help=True
)

Record = Annotated[str, typer.Argument(help="A record, as ispyb:DataCollection:9.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Because = Annotated[str, typer.Option(help="Why.")]
Shown = Literal["decided", "accepted", "candidate", "rejected", "conflicting"]
Word = Annotated[Verdict, typer.Argument(help="same or different.")]


@identity.command()
def decide(
    a: Record,
    b: Record,
    verdict: Word,
    by: By,
    because: Because,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show which records would move, and where.")
    ] = False,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say that two records are one thing, or are not: it wins over every rule, and stays."""
    settings = read_settings(graph_url=graph_url, data_dir=data_dir)
    if dry_run:
        found = deciding.foresee(settings.data_dir, default_model(), verdict, (a, b))
        _show([asdict(item) for item in found], map(_moved_line, found), json=json)
        return
    with Graph(settings.target()) as graph:
        decision, account = deciding.decide(
            graph, settings.data_dir, default_model(), verdict, (a, b), by, because,
            lambda *_: None,
        )  # fmt: skip
    _tell(decision, account, json=json)


@identity.command()
def revoke(
    decision: Annotated[str, typer.Argument(help="Id of the decision.")],
    by: By,
    because: Because,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Take a decision back: the rules count again. What was said stays readable."""
    settings = read_settings(graph_url=graph_url, data_dir=data_dir)
    with Graph(settings.target()) as graph:
        taken, account = deciding.revoke(
            graph, settings.data_dir, default_model(), decision, by, because, lambda *_: None
        )
    _tell(taken, account, json=json)


@identity.command()
def rank(
    names: Annotated[
        list[str] | None, typer.Argument(help="Sources, the most trusted first.")
    ] = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show or set the order in which sources are believed; the first names what several know."""
    settings = read_settings(graph_url=graph_url, data_dir=data_dir)
    if names:
        with Graph(settings.target()) as graph:
            deciding.rank(graph, settings.data_dir, default_model(), names, lambda *_: None)
    found = [origin.name for origin in origins_of(settings.data_dir, None, default_model())]
    if json:
        say_json(found)
        return
    for name in found or ("none",):
        say(name)


@identity.command("list")
def list_(
    state: Annotated[
        Shown, typer.Option(help="What to show: a person's words, or pairs that rules found.")
    ] = "decided",
    label: Annotated[str | None, typer.Option(help="Only things of this label.")] = None,
    record: Annotated[
        str | None, typer.Option(help="Only pairs of this record, or of the thing of this id.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many pairs at most.")] = 100,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show what was decided, by whom and why; or which pairs are one thing, might be, are not.

    Of a pair: by which rule, what was compared, and what would be if it were decided otherwise.
    """
    folder = read_settings(data_dir=data_dir).data_dir
    decisions = load_decisions(folder)
    if state == "decided":
        chosen = [
            item for item in decisions
            if label in (None, item.kind) and record in (None, item.a, item.b)
        ][:limit]  # fmt: skip
        _show([item.as_json() for item in chosen], _decision_lines(chosen), json=json)
        return
    conflicts = conflicts_now(folder, default_model()) if state == "conflicting" else None
    pairs = Pairs(Wanted.load(folder / "wanted"), decisions, conflicts)
    found = pairs.page(Asked(state, label, record), limit)
    _show([item.as_json() for item in found], chain(*map(_pair_lines, found)), json=json)


def _pair_lines(pair: Pair) -> Iterator[str]:
    compared = f" ({pair.compared})" if pair.compared else ""
    yield f"{pair.label}  {pair.a} ~ {pair.b}  by {pair.rule}{compared}  {pair.why}".rstrip()
    other = pair.otherwise
    things = "; ".join(f"{thing.id} of {', '.join(thing.records)}" for thing in other.things)
    yield f"  if {other.verdict}: {other.refused or things}"


def _moved_line(item: Moved) -> str:
    return f"{item.record}  {item.label}  {item.was} -> {item.becomes}  by {item.rule}"


def _decision_lines(decisions: Sequence[Decision]) -> Iterator[str]:
    for item in decisions:
        state = " (taken back)" if item.revoked else ""
        yield f"{item.id}  {item.kind}  {item.a} {item.verdict} {item.b}{state}"
        yield f"  {item.by}, {item.at}: {item.because}"


def _show(found: Sequence[Mapping[str, Any]], lines: Iterable[str], *, json: bool) -> None:
    if json:
        say_json(found)
        return
    for line in lines if found else ("none",):
        say(line)


def _tell(decision: Decision, account: Account, *, json: bool) -> None:
    totals = account.totals()
    if json:
        say_json({**decision.as_json(), "run": account.run, "totals": totals})
        return
    sign = "taken back" if decision.revoked else "kept"
    say(f"{decision.id} is {sign}: {decision.a} {decision.verdict} {decision.b}")
    say(
        f"nodes written {totals['nodes_written']}, gone {totals['nodes_gone']}; "
        f"edges written {totals['edges_written']}, gone {totals['edges_gone']}"
    )
