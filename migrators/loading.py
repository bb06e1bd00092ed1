"""How what was resolved gets into a graph: statement by statement, by an import, or by a person."""

import json
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.engine import Graph, create_constraints
from graph.engine.bulk import Importer, admin_words, importer_of, is_empty, shown
from graph.engine.embedded import make_private
from graph.model import Model
from graph.problem import Problem
from graph.values import instant_text, order_key
from migrators.identity import Wanted
from migrators.identity.decisions import load_decisions
from migrators.load import Load, State
from migrators.load.files import ImportFiles, write_import_files
from migrators.load.load import Written
from migrators.load.state import graph_name
from migrators.load.statements import START_RUN, delete_nodes, upsert_nodes
from migrators.progress import Progress, Tell, quiet
from migrators.report.account import Account


def load_all(
    graph: Graph,
    data_dir: Path,
    model: Model,
    wanted: Wanted,
    account: Account,
    progress: Progress,
) -> None:
    """Bring a graph up to date: by an import where it is empty and its server is ours."""
    importer = importer_of(graph, data_dir)
    if importer is not None:
        importer.settle()
        if is_empty(graph):
            _import(graph, importer, data_dir, model, wanted, account, progress)
            return
    create_constraints(graph, model)
    _load(graph, data_dir, model, wanted, account, progress)


def _import(
    graph: Graph,
    importer: Importer,
    data_dir: Path,
    model: Model,
    wanted: Wanted,
    account: Account,
    progress: Progress,
) -> None:
    """Make the whole graph of files; constraints and indexes come afterwards."""
    _mark(graph, account, "running")
    try:
        files = import_all(
            graph,
            importer,
            data_dir,
            model,
            wanted,
            account.run,
            lambda name: progress("files", name, 0),
        )
    except Problem:
        with suppress(Problem):  # the server may be gone
            graph.reopen()
            graph.write(delete_nodes("LoadRun"), {"rows": [{"id": account.run}]})
        raise
    account.written = Written(nodes=_counted(files.by_label), edges=_counted(files.by_type))
    state = State.of(data_dir, graph_name(graph.target))
    state.expect(account.run, wanted.chain.last)
    _mark(graph, account, "done")
    state.save(account.run, wanted.chain.last)


def import_all(
    graph: Graph,
    importer: Importer,
    data_dir: Path,
    model: Model,
    wanted: Wanted,
    run: str,
    tell: Tell = quiet,
) -> ImportFiles:
    """Write the files, have them imported, and make constraints and indexes afterwards."""
    folder = data_dir / "import"
    shutil.rmtree(folder, ignore_errors=True)  # what a run left that was killed
    kept = {"Decision": decision_rows(data_dir, model)}
    files = write_import_files(wanted, folder, importer.form, run, kept, tell)
    tell("importing")
    importer.run(folder)
    graph.reopen()
    create_constraints(graph, model)
    shutil.rmtree(folder)
    return files


def _counted(told: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in told.items() if count}


def _load(
    graph: Graph,
    data_dir: Path,
    model: Model,
    wanted: Wanted,
    account: Account,
    progress: Progress,
) -> None:
    """Write the difference; whatever is taken away is a line in the run's log."""
    state = State.of(data_dir, graph_name(graph.target))
    make_private(data_dir / "runs")
    with (data_dir / "runs" / f"{account.run}.log").open("w", encoding="utf-8") as log:
        load = Load(
            graph, model, wanted, state, account.run, lambda told: print(json.dumps(told), file=log)
        )
        _mark(graph, account, "running")
        account.written = load.write(lambda what, n, _: progress("load", what, n))
        said = decision_rows(data_dir, model)
        if said:
            graph.write(upsert_nodes("Decision"), {"rows": said})
        load.expect()
        _mark(graph, account, "done")
        load.settle()


def write_for_person(
    wanted: Wanted,
    folder: Path,
    data_dir: Path,
    model: Model,
    account: Account,
    tell: Tell = quiet,
) -> dict[str, Any]:
    """Write the files that `neo4j-admin` reads; returns what there is, and the command.

    The files hold the run as one that is done, so that the next run loads only what changed.
    """
    run = run_node(account, "done")
    kept = {"LoadRun": [run], "Decision": decision_rows(data_dir, model)}
    files: ImportFiles = write_import_files(wanted, folder, "csv", account.run, kept, tell)
    State.of(data_dir, "imported").imported(account.run, wanted.chain.last)
    return {
        "folder": str(folder),
        "nodes": files.nodes,
        "edges": files.edges,
        "command": shown(admin_words(folder.resolve())),
    }


def decision_rows(data_dir: Path, model: Model) -> list[dict[str, Any]]:
    """What the graph keeps of a person's decisions, those taken back included."""
    keys = [item for item in model.labels["Decision"].sortable if item.order_key != "id"]
    rows = []
    for told in (item.as_json() for item in load_decisions(data_dir)):
        told |= {item.order_key: order_key(item.type, told[item.name], told["id"]) for item in keys}
        rows.append(told)
    return rows


def _mark(graph: Graph, account: Account, state: str) -> None:
    """Write the run's own node."""
    run = run_node(account, state)
    graph.write(START_RUN, {"id": account.run, "run": run})


def run_node(account: Account, state: str) -> dict[str, Any]:
    """What the graph keeps of a run."""
    run: dict[str, Any] = {
        "id": account.run,
        "source": account.source,
        "system": account.system,
        "flavour": account.flavour,
        "facility": account.facility,
        "state": state,
        "startedAt": account.started,
        "by_startedAt": order_key("instant", account.started, account.run),
    }
    if account.zone is None:
        run["zoneAssumed"] = True
    if state == "done":
        run["endedAt"] = instant_text(datetime.now(UTC))
        run["account"] = json.dumps(account.as_json())
    return run
