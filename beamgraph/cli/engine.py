"""`beamgraph engine start|stop|status|neo4j`."""

import os
import signal
import time
from json import dumps
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from beamgraph.cli.common import DataDir, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import embedded, neo4j_server
from graph.engine.bulk import LOOK_SECONDS, SUPERVISED, answer_requests
from graph.engine.embedded import make_private

engine = typer.Typer(help="The embedded graph server.", no_args_is_help=True)


@engine.command()
def start(data_dir: DataDir = None, json: Json = False) -> None:
    """Start the embedded server, or find the one that runs."""
    folder = read_settings(data_dir=data_dir).data_dir
    _tell(embedded.start(folder), json)


@engine.command()
def stop(data_dir: DataDir = None, json: Json = False) -> None:
    """Stop the embedded server."""
    ended = embedded.stop(read_settings(data_dir=data_dir).data_dir)
    if json:
        say_json({"stopped": ended})
    else:
        say("stopped" if ended else "no server was running")


@engine.command()
def status(data_dir: DataDir = None, json: Json = False) -> None:
    """Say whether the embedded server runs, and where."""
    _tell(embedded.status(read_settings(data_dir=data_dir).data_dir), json)


@engine.command()
def neo4j(
    home: Annotated[
        Path | None, typer.Option(help="Where the server keeps its jars and data.")
    ] = None,
    port: Annotated[int, typer.Option(help="Bolt port on loopback; 0 takes a free one.")] = 7687,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Run a real Neo4j 5.26 here, fetched with Maven (GPLv3); ends with Ctrl-C.

    For whoever has Java 17 or 21 and Maven but no Docker. The first load of it goes by import.
    """
    folder = home or read_settings(data_dir=data_dir).data_dir / "neo4j"
    library = neo4j_server.install(folder)
    signal.signal(signal.SIGTERM, _end)  # so that the server is ended with us
    server = neo4j_server.Supervised(library, folder / "server", port)
    place = read_settings(data_dir=data_dir).data_dir / SUPERVISED
    try:
        target = server.wait()
        make_private(place.parent)
        known = {"url": target.url, "folder": str(folder / "server"), "pid": os.getpid()}
        place.write_text(dumps(known), encoding="utf-8")
        told = {"url": target.url, "user": target.user, "password": target.password}
        if json:
            say_json(told)
        else:
            say(" ".join(f"BEAMGRAPH_GRAPH_{key.upper()}={value}" for key, value in told.items()))
        while server.process.poll() is None:
            answer_requests(folder / "server", server.import_files)
            time.sleep(LOOK_SECONDS)
    finally:
        place.unlink(missing_ok=True)
        neo4j_server.stop(server.process)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _tell(running: embedded.Running | None, json: bool) -> None:
    if json:
        known = ("port", "pid", "version")
        told = {name: getattr(running, name) for name in known} if running else {}
        say_json({"running": running is not None, **told})
    elif running is None:
        say("no server is running")
    else:
        say(f"running on 127.0.0.1:{running.port}, process {running.pid}, {running.version}")
