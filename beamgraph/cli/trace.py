"""`beamgraph trace SOURCE TABLE KEY`."""

from typing import Annotated

import typer

from beamgraph.cli.common import DataDir, Json, say, say_json
from beamgraph.settings import read_settings
from migrators.report.trace import trace as find


def trace(
    source: Annotated[str, typer.Argument(help="What the graph calls the source.")],
    table: Annotated[str, typer.Argument(help="Table of the row.")],
    key: Annotated[str, typer.Argument(help="Primary key; several parts joined by commas.")],
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say what became of one row of a legacy database."""
    fate = find(read_settings(data_dir=data_dir).data_dir, source, table, key)
    if json:
        say_json(fate.as_json())
        return
    say(f"{fate.source} {fate.table} {fate.key}: {fate.fate}")
    if fate.record:
        say(f"record {fate.record}")
    if fate.reason:
        say(f"because {fate.reason}")
    for entity in fate.entities:
        say(f"describes {entity}")
