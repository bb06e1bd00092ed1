"""`beamgraph engine start|stop|status|neo4j`."""

import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from beamgraph.cli.common import DataDir, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import embedded, neo4j_server

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
    port: Annotated[int, typer.Option(help="Bolt port on loopback.")] = 7687,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Run a real Neo4j 5.26 here, fetched with Maven (GPLv3); ends with Ctrl-C.

    For whoever has Java 17 or 21 and Maven but no Docker.
    """
    folder = home or read_settings(data_dir=data_dir).data_dir / "neo4j"
    library = neo4j_server.install(folder)
    process = neo4j_server.launch(library, folder / "server", port)
    target = neo4j_server.target(port)
    try:
        neo4j_server.wait(process, target, folder / "server")
        told = {"url": target.url, "user": target.user, "password": target.password}
        if json:
            say_json(told)
        else:
            say(" ".join(f"BEAMGRAPH_GRAPH_{key.upper()}={value}" for key, value in told.items()))
        while process.poll() is None:
            time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _tell(running: embedded.Running | None, json: bool) -> None:
    if json:
        known = ("port", "pid", "version")
        told = {name: getattr(running, name) for name in known} if running else {}
        say_json({"running": running is not None, **told})
    elif running is None:
        say("no server is running")
    else:
        say(f"running on 127.0.0.1:{running.port}, process {running.pid}, {running.version}")
