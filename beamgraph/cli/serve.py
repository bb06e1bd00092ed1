"""`beamgraph serve`."""

import asyncio
import ipaddress
import signal
import socket
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from beamgraph.assemble import open_api
from beamgraph.cli.common import DataDir, GraphUrl, Json, say, say_json
from beamgraph.settings import read_settings
from graph.engine import Graph
from graph.problem import Problem
from graph.web import build_app
from graph.web.origin import parse_allowed
from graph.web.protocol import HttpProtocol


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on: loopback only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    allowed_hosts: Annotated[
        str | None,
        typer.Option(help="Names beside loopback's that may be asked for, separated by commas."),
    ] = None,
    allow_decisions: Annotated[
        bool | None,
        typer.Option(
            "--allow-decisions/--no-decisions",
            help="Whether whoever reaches the server may decide which records are one thing.",
        ),
    ] = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Serve GraphQL at /graphql and pages at /."""
    settings = read_settings(
        host=host, port=port, allowed_hosts=allowed_hosts, allow_decisions=allow_decisions,
        graph_url=graph_url, data_dir=data_dir,
    )  # fmt: skip
    if not _loopback(settings.host):
        raise Problem(
            "whoever reaches the server sees everything, so it listens on loopback only",
            where=settings.host,
            todo="use 127.0.0.1, and a proxy that signs people in",
        )
    allowed = parse_allowed(settings.allowed_hosts)
    with Graph(settings.target()):
        pass  # a wrong password is said now, not when the first request comes
    listener = _listen(settings.host, settings.port)
    place = f"http://{settings.host}:{listener.getsockname()[1]}/graphql"
    if json:
        say_json({"url": place})
    else:
        say(f"GraphQL at {place}; stop with Ctrl-C")
    app = build_app(lambda: open_api(settings), allowed)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)  # uvicorn hands them on when it has shut down
    # No parser by chance: uvicorn would take whichever is installed.
    config = uvicorn.Config(
        app, http=HttpProtocol, ws="none", log_level="warning", timeout_graceful_shutdown=5
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the socket names its protocol. Left on, every
    # answer on a kept-alive connection waits some 40 ms for a delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from now on a client waits, it is not refused
    except OSError as error:
        listener.close()
        raise Problem(
            error.strerror or str(error), where=f"{host}:{port}", todo="choose another --port"
        ) from error
    return listener
