"""`beamgraph report`."""

import json as json_module
from typing import Annotated, Any

import typer

from beamgraph.cli.common import DataDir, Json, say, say_json
from beamgraph.settings import read_settings
from graph.problem import Problem
from migrators.report.account import Account
from migrators.report.text import account_lines


def report(
    run: Annotated[
        str | None, typer.Argument(help="A run's id; the last one if not given.")
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show the account of a run."""
    told = _account(read_settings(data_dir=data_dir).data_dir / "runs", run)
    if json:
        say_json(told)
    else:
        for line in account_lines(Account.from_json(told)):
            say(line)


def _account(folder: Any, run: str | None) -> dict[str, Any]:
    kept = sorted(folder.glob("run-*.json")) if folder.exists() else []
    wanted = [path for path in kept if run is None or path.stem == run]
    if not wanted:
        raise Problem(
            f"there is no run {run}" if run else "nothing has been migrated yet",
            where=str(folder),
            todo="run beamgraph migrate first",
        )
    found: dict[str, Any] = json_module.loads(wanted[-1].read_text(encoding="utf-8"))
    return found
