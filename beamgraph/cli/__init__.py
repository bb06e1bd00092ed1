"""The command line, a module a command."""

import sys

import typer

from beamgraph.cli.common import say_problem
from beamgraph.cli.engine import engine
from beamgraph.cli.identity import identity
from beamgraph.cli.migrate import migrate
from beamgraph.cli.query import query
from beamgraph.cli.report import report
from beamgraph.cli.serve import serve
from beamgraph.cli.simulate import simulate
from beamgraph.cli.trace import trace
from beamgraph.cli.verify import verify
from graph.problem import Problem

app = typer.Typer(
    name="beamgraph",
    help="ISPyB and ICAT in one provenance graph, served as GraphQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(migrate, name="migrate")
app.add_typer(identity, name="identity")
app.add_typer(engine, name="engine")
app.command()(serve)
app.command()(query)
app.command()(trace)
app.command()(report)
app.command()(verify)
app.command()(simulate)


def main() -> None:
    """Run a command; a failure is one line and an exit code that is not 0."""
    try:
        app()
    except Problem as problem:
        say_problem(problem)
        sys.exit(1)
    except KeyboardInterrupt:
        say_problem(Problem("stopped", todo="run the same command again to go on"))
        sys.exit(130)


__all__ = ["app", "main"]
