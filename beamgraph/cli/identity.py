"""`beamgraph identity decide A B same`, `revoke`, `list`."""

from typing import Annotated

import typer

from beamgraph.cli.common import DataDir, GraphUrl, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import Graph
from graph.model import default_model
from migrators import deciding
from migrators.identity.decisions import Decision, Verdict, load_decisions
from migrators.report.account import Account

identity = typer.Typer(
    help="Which records are one thing, by a person's word.", no_args_is_help=True
)

Record = Annotated[str, typer.Argument(help="A record, as ispyb:DataCollection:9.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Because = Annotated[str, typer.Option(help="Why.")]
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
def list_(data_dir: DataDir = None, json: Json = False) -> None:
    """Show what was decided, by whom and why, what was taken back included."""
    found = load_decisions(read_settings(data_dir=data_dir).data_dir)
    if json:
        say_json([item.as_json() for item in found])
        return
    for item in found:
        state = " (taken back)" if item.revoked else ""
        say(f"{item.id}  {item.kind}  {item.a} {item.verdict} {item.b}{state}")
        say(f"  {item.by}, {item.at}: {item.because}")
    if not found:
        say("nothing was decided")


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
