"""`beamgraph migrate ispyb SOURCE`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from beamgraph.cli.common import (
    DataDir,
    DefaultsFile,
    GraphUrl,
    Json,
    PasswordFile,
    say,
    say_json,
)
from beamgraph.settings import Settings, read_settings
from graph.engine import Graph
from graph.model import default_model
from migrators.named_sources import checked_name
from migrators.report.account import Account
from migrators.report.text import account_lines
from migrators.run import Order
from migrators.run import migrate as run

migrate = typer.Typer(help="Bring a legacy database into the graph.", no_args_is_help=True)


@migrate.callback()
def _group() -> None:
    """Bring a legacy database into the graph."""


Facility = Annotated[str | None, typer.Option(help="The facility; else what the source says.")]
Zone = Annotated[
    str | None,
    typer.Option("--timezone", help="Zone of the source's wall-clock times, as Europe/Paris."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Stage and map, write nothing to the graph.")
]
Accepted = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-deletes",
        metavar="TABLE",
        help="This table may lose over 1 % and over 100 rows, or be gone; repeatable, * for all.",
    ),
]
Files = Annotated[
    Path | None,
    typer.Option(
        "--import-files",
        help="Write files for neo4j-admin into this folder, and print its command; load nothing.",
    ),
]
Name = Annotated[
    str,
    typer.Option("--as", help="What the graph calls this source: letters, digits, - and _."),
]


@migrate.command()
def ispyb(
    source: Annotated[
        str,
        typer.Argument(help="URL of a database: mysql+pymysql://user@host/name or sqlite:///file."),
    ],
    name: Name = "ispyb",
    facility: Facility = None,
    zone: Zone = None,
    dry_run: DryRun = False,
    accept_deletes: Accepted = None,
    import_files: Files = None,
    password_file: PasswordFile = None,
    defaults_file: DefaultsFile = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Migrate an ISPyB, of the Diamond or the ESRF flavour."""
    order = Order("ispyb", source, name, facility, zone, dry_run, tuple(accept_deletes or ()))
    order = replace(order, import_files=import_files)
    settings = read_settings(
        graph_url=graph_url, data_dir=data_dir, source_password_file=password_file,
        source_defaults_file=defaults_file,
    )  # fmt: skip
    _migrate(replace(order, access=settings.access()), settings, json)


@migrate.command()
def icat(
    source: Annotated[
        str, typer.Argument(help="URL of a database, or a file that icatdump wrote (YAML, XML).")
    ],
    name: Name = "icat",
    facility: Facility = None,
    zone: Zone = None,
    dry_run: DryRun = False,
    accept_deletes: Accepted = None,
    import_files: Files = None,
    password_file: PasswordFile = None,
    defaults_file: DefaultsFile = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Migrate an ICAT, from its database or from a dump file."""
    order = Order("icat", source, name, facility, zone, dry_run, tuple(accept_deletes or ()))
    order = replace(order, import_files=import_files)
    settings = read_settings(
        graph_url=graph_url, data_dir=data_dir, source_password_file=password_file,
        source_defaults_file=defaults_file,
    )  # fmt: skip
    _migrate(replace(order, access=settings.access()), settings, json)


def _migrate(order: Order, settings: Settings, json: bool) -> None:
    checked_name(order.name)  # before a graph is started for it
    if order.dry_run or order.import_files is not None:
        account = _with_progress(order, None, settings.data_dir, json)
    else:
        with Graph(settings.target()) as graph:
            account = _with_progress(order, graph, settings.data_dir, json)
    if json:
        say_json(account.as_json())
    else:
        for line in account_lines(account):
            say(line)


def _with_progress(order: Order, graph: Graph | None, folder: Path, json: bool) -> Account:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(pulse_style="cyan"))
    with Progress(*columns, transient=True, disable=json) as bar:
        task = bar.add_task("reading", total=None)

        def tell(stage: str, what: str, done: int) -> None:
            bar.update(task, description=f"{stage}: {what} {done or ''}")

        return run(order, graph, folder, default_model(), tell)
