"""`beamgraph verify [SOURCE]`."""

import random
from pathlib import Path
from typing import Annotated

import typer

from beamgraph.cli.common import (
    DataDir,
    DefaultsFile,
    GraphUrl,
    Json,
    Name,
    PasswordFile,
    say,
    say_json,
)
from beamgraph.settings import Settings, read_settings
from graph.engine import Graph
from graph.model import default_model
from graph.problem import Problem
from migrators.named_sources import checked_name
from migrators.report.proof import Proof, prove, sampled


def verify(
    source: Annotated[
        str | None,
        typer.Argument(help="The database again, to read a random sample of its rows once more."),
    ] = None,
    name: Name = None,
    password_file: PasswordFile = None,
    defaults_file: DefaultsFile = None,
    seed: Annotated[
        int | None, typer.Option(help="Chooses the sample; said in the answer.")
    ] = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Prove that the graph holds all that the newest snapshots do, node by node, value by value."""
    settings = read_settings(
        graph_url=graph_url, data_dir=data_dir, source_password_file=password_file,
        source_defaults_file=defaults_file,
    )  # fmt: skip
    if name is not None:
        checked_name(name)
    told = _proved(settings, source, name, seed)
    if json:
        say_json(told.as_json())
    else:
        for line in told.lines():
            say(line)
    if not told.holds:
        raise Problem(
            f"{told.count} findings: the graph is not what the snapshots say",
            where=settings.target().url,
            todo="run beamgraph migrate again, or see what else writes into the graph",
        )


def _proved(settings: Settings, source: str | None, name: str | None, seed: int | None) -> Proof:
    with Graph(settings.target()) as graph:
        told = prove(graph, settings.data_dir, default_model(), lambda *_: None)
    if source is not None:
        chosen = random.randrange(2**31) if seed is None else seed  # noqa: S311 - a sample
        sampled(told, Path(settings.data_dir), source, name, chosen, settings.access())
    return told
