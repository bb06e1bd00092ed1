"""What the commands share: options, output, errors."""

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from graph.problem import Problem

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
GraphUrl = Annotated[
    str | None, typer.Option(help="Bolt address of a Neo4j; without it the embedded engine.")
]
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of snapshots, runs and the embedded engine.")
]

Name = Annotated[
    str | None, typer.Option("--as", help="What the graph calls the source, where it has several.")
]

PasswordFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the source's password; - for standard input."),
]
DefaultsFile = Annotated[
    Path | None,
    typer.Option(help="Option file of MariaDB, read as its own programs do: [client]."),
]


def say_problem(problem: Problem) -> None:
    """One line on standard error."""
    sys.stderr.write(f"beamgraph: {problem}\n")


def say_json(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """A line on standard output, at once: another program may be waiting for it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
