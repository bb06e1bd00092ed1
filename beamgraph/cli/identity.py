"""`beamgraph identity decide A B same`, `revoke`, `list`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from beamgraph.cli.common import DataDir, GraphUrl, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import Graph
from graph.model import default_model
from migrators import deciding
from migrators.identity import Wanted
from migrators.identity.decisions import Decision, Verdict, load_decisions
from migrators.identity.judged import Pair, pairs_of
from migrators.report.account import Account

identity = typer.Typer(
    help="Which records are one thing, by a person's word.", no_args_is_help=True
)

Record = Annotated[str, typer.Argument(help="A record, as ispyb:DataCollection:9.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Because = Annotated[str, typer.Option(help="Why.")]
Shown = Literal["decided", "accepted", "candidate", "rejected"]
Word = Annotated[Verdict, typer.Argument(help="same or different.")]


@identity.command()
def decide(
    a: Record,
    b: Record,
    verdict: Word,
    by: By,
    because: Because,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say that two records are one thing, or are not: it wins over every rule, and stays."""
    settings = read_settings(graph_url=graph_url, data_dir=data_dir)
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


@identity.command("list")
def list_(
    state: Annotated[
        Shown, typer.Option(help="What to show: a person's words, or pairs that rules found.")
    ] = "decided",
    limit: Annotated[int, typer.Option(help="How many pairs at most.")] = 100,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show what was decided, by whom and why; or which pairs are one thing, might be, are not."""
    folder = read_settings(data_dir=data_dir).data_dir
    if state == "decided":
        decisions = load_decisions(folder)
        _show([item.as_json() for item in decisions], _decision_lines(decisions), json=json)
    else:
        pairs = pairs_of(Wanted.load(folder / "wanted"), state, limit)
        _show([item.as_json() for item in pairs], map(_pair_line, pairs), json=json)


def _pair_line(pair: Pair) -> str:
    compared = f" ({pair.compared})" if pair.compared else ""
    return f"{pair.label}  {pair.a} ~ {pair.b}  by {pair.rule}{compared}  {pair.why}".rstrip()


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
