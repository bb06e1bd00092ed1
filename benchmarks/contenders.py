"""Start and stop those who are measured: beamgraph itself, the peer, and the bare wire."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from graph.engine import Target
from tools.web import npm

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "benchmarks" / "peer"
START_SECONDS = 90.0


def install_peer() -> None:
    """Fetch what package-lock.json names, once."""
    if not (PEER / "node_modules" / "autocannon").exists():
        subprocess.run([*npm(), "ci", "--ignore-scripts", "--silent"], cwd=PEER, check=True)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ours(target: Target, home: Path) -> Iterator[str]:
    """`beamgraph serve`, as anybody would start it."""
    environment = {
        "BEAMGRAPH_DATA_DIR": str(home),
        "BEAMGRAPH_GRAPH_URL": target.url,
        "BEAMGRAPH_GRAPH_USER": target.user,
        "BEAMGRAPH_GRAPH_PASSWORD": target.password,
    }
    port = free_port()
    words = [sys.executable, "-m", "beamgraph", "serve", "--port", str(port)]
    with _process(words, environment, port):
        yield f"http://127.0.0.1:{port}/graphql"


@contextmanager
def peer(target: Target, engine: str) -> Iterator[str]:
    """@neo4j/graphql on graphql-yoga."""
    port = free_port()
    environment = {
        **_bolt(target),
        "PORT": str(port),
        "PREFIX": "no" if engine == "embedded" else "",
    }
    with _process(["node", str(PEER / "server.mjs")], environment, port):
        yield f"http://127.0.0.1:{port}/graphql"


@contextmanager
def floor(target: Target, statements: Mapping[str, str]) -> Iterator[str]:
    """A hand-written endpoint a statement; append its name to the address."""
    port = free_port()
    environment = {**_bolt(target), "STATEMENTS": json.dumps(statements)}
    words = [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "warning"]
    with _process([*words, "benchmarks.floor:app"], environment, port):
        yield f"http://127.0.0.1:{port}"


def _bolt(target: Target) -> dict[str, str]:
    return {"BOLT": target.url, "BUSER": target.user, "BPASS": target.password}


@contextmanager
def _process(words: list[str], environment: Mapping[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        words, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(words[:3])} did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def once(address: str, body: bytes) -> dict[str, object]:
    """One answer; an error among them is an error here."""
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            told: dict[str, object] = json.load(response)
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()[:300]) from error
    if told.get("errors"):
        raise RuntimeError(str(told["errors"])[:300])
    return told


def requests_a_second(address: str, body: bytes, seconds: int) -> float:
    """How many answers a second eight clients get."""
    words = ["node", str(PEER / "node_modules" / "autocannon" / "autocannon.js")]
    words += ["-c", "8", "-d", str(seconds), "-m", "POST", "-j", "-H"]
    words += ["content-type=application/json", "-b", body.decode(), address]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    if told["non2xx"] or told["errors"]:
        raise RuntimeError(f"{told['non2xx']} bad answers, {told['errors']} errors")
    return float(told["requests"]["average"])
