"""The process of the embedded server: `python -m graph.engine.server FOLDER IDLE`.

It serves Bolt on loopback until it is told to end or nobody has been connected for
a while. It is a process of its own, so that a killed load takes no API with it.
"""

import importlib.metadata
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from graph.engine.bulk import LOOK_SECONDS, REQUEST, answer_requests
from graph.engine.embedded import Running, password_of, write_private

DATABASE = "neo4j"
CONNECTED_SECONDS = 1.0
"""How often it is looked whether anybody is connected."""


class Ended(Exception):
    """Somebody asked this server to stop."""


def serve(folder: Path, idle_seconds: float) -> None:
    """Serve the databases of a folder until told to end or idle for so long."""
    import arcadedb_embedded

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    password = password_of(folder)
    bolt, http = _free_port(), _free_port()
    server = arcadedb_embedded.create_server(
        root_path=str(folder),
        root_password=password,
        config={
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": bolt,
            "http_port": http,
        },
    )
    _clear(folder)
    server.start()
    # The JVM takes the signal handlers when it starts, so ours come after it.
    signal.signal(signal.SIGTERM, _ended)
    try:
        if not (folder / "databases" / DATABASE).exists():
            server.create_database(DATABASE)
        version = importlib.metadata.version("arcadedb-embedded")
        write_private(folder / "engine.json", Running(bolt, os.getpid(), version, password))
        _wait(bolt, idle_seconds, folder, lambda files: _import(server, files))
    except Ended:
        pass
    finally:
        (folder / "engine.json").unlink(missing_ok=True)
        server.stop()


def _clear(folder: Path) -> None:
    """Take away what an import left that was killed: it began with an empty database.

    The request stands until the import has ended, so one that is there was not answered.
    """
    if (folder / REQUEST).exists():
        shutil.rmtree(folder / "databases" / DATABASE, ignore_errors=True)
        (folder / REQUEST).unlink()


def _import(server: Any, files: Path) -> None:
    """Fill the database from files; one that fails leaves an empty one."""
    from graph.engine.embedded_import import import_files

    try:
        import_files(server.get_database(DATABASE), files)
    except BaseException:
        java = server._java_server  # its wrapper cannot drop what a server holds
        java.getDatabase(DATABASE).getEmbedded().drop()
        java.removeDatabase(DATABASE)
        server.create_database(DATABASE)
        raise


def _ended(_signal: int, _frame: FrameType | None) -> None:
    raise Ended


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(bolt: int, idle_seconds: float, folder: Path, work: Callable[[Path], None]) -> None:
    """Return when nobody has been connected to the Bolt port for so long; import what is asked."""
    last = looked = time.monotonic()
    while time.monotonic() - last < idle_seconds:
        time.sleep(LOOK_SECONDS)
        if answer_requests(folder, work):
            last = time.monotonic()
        if time.monotonic() - looked > CONNECTED_SECONDS:
            looked = time.monotonic()
            last = looked if _connected(bolt) else last


def _connected(bolt: int) -> bool:
    connections = psutil.Process().net_connections(kind="tcp")
    return any(
        item.status == psutil.CONN_ESTABLISHED and item.laddr and item.laddr.port == bolt
        for item in connections
    )


if __name__ == "__main__":
    serve(Path(sys.argv[1]), float(sys.argv[2]))
    # Threads of the JVM that nobody can join would keep the process for ever.
    os._exit(0)
