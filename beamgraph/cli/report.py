"""`beamgraph report`."""

import json as json_module
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from beamgraph.cli.common import DataDir, Json, say, say_json
from beamgraph.settings import read_settings
from graph.model import default_model
from graph.problem import Problem
from graph.values import instant_text
from migrators.report.account import Account
from migrators.report.disagreements import counted
from migrators.report.newest import conflicts_now, newest_accounts, with_links
from migrators.report.page import page
from migrators.report.text import account_lines, conflict_lines


def report(
    run: Annotated[
        str | None, typer.Argument(help="A run's id; the last one if not given.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write one page about the newest run of every source into this file."),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show the account of a run: rows, columns, references, and where records disagree."""
    folder = read_settings(data_dir=data_dir).data_dir
    account = _account(folder, run)
    conflicts = counted(conflicts_now(folder, default_model())) if run is None else []
    if html is not None:
        _write(html, page(newest_accounts(folder), conflicts, instant_text(datetime.now(UTC))))
    told = {**account.as_json(), "conflicts": [item.as_json() for item in conflicts]}
    if json:
        say_json(told)
        return
    for line in (*account_lines(account, whole=True), *conflict_lines(conflicts)):
        say(line)
    if html is not None:
        say(f"written: {html}")


def _account(folder: Path, run: str | None) -> Account:
    runs = folder / "runs"
    kept = sorted(runs.glob("run-*.json")) if runs.exists() else []
    wanted = [path for path in kept if run is None or path.stem == run]
    if not wanted:
        raise Problem(
            f"there is no run {run}" if run else "nothing has been migrated yet",
            where=str(runs),
            todo="run beamgraph migrate first",
        )
    told: dict[str, Any] = json_module.loads(wanted[-1].read_text(encoding="utf-8"))
    return with_links(folder, Account.from_json(told))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(
            error.strerror or str(error), where=str(path), todo="choose another file"
        ) from error
