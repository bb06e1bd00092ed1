"""Find, start and stop the embedded server of a data directory.

The server is a process of its own. The first command that needs it starts it; every
other one finds it by `engine.json` beside its data, a file that only the user can
read, because it holds the random password.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from graph.engine.bolt import Target
from graph.problem import Problem

START_SECONDS = 60.0
IDLE_SECONDS = 600.0
FREE_BYTES = 64 * 1024 * 1024
"""Below this much free space a server does not start and a load does not begin."""


@dataclass(frozen=True, slots=True)
class Running:
    """What `engine.json` says of a server that is up."""

    port: int
    pid: int
    version: str
    password: str

    def target(self) -> Target:
        """Where its Bolt wire is."""
        return Target(f"bolt://127.0.0.1:{self.port}", "root", self.password)


def home(data_dir: Path) -> Path:
    """The folder that holds the databases, the log and `engine.json`."""
    return data_dir / "engine"


def status(data_dir: Path) -> Running | None:
    """The server of this data directory, or None where none runs."""
    try:
        told = json.loads((home(data_dir) / "engine.json").read_text(encoding="utf-8"))
        running = Running(**told)
    except (OSError, ValueError, TypeError):
        return None
    return running if _alive(running) else None


def start(data_dir: Path, *, idle_seconds: float = IDLE_SECONDS) -> Running:
    """The running server of this data directory; starts one where there is none."""
    folder = home(data_dir)
    make_private(folder)
    check_space(data_dir)
    with FileLock(folder / "start.lock"):
        running = status(data_dir)
        if running is not None:
            return running
        return _launch(folder, data_dir, idle_seconds)


def stop(data_dir: Path, *, seconds: float = 30.0) -> bool:
    """End the server; False where none ran."""
    running = status(data_dir)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    try:
        psutil.Process(running.pid).wait(seconds)
    except psutil.NoSuchProcess:
        pass
    except psutil.TimeoutExpired as error:
        raise Problem(
            f"the embedded server (process {running.pid}) did not end in {seconds:g} s",
            where=str(home(data_dir)),
            todo="see engine.log there",
        ) from error
    return True


def make_private(folder: Path) -> None:
    """Make a folder that only its user can read."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise Problem(
            error.strerror or str(error), where=str(folder), todo="set BEAMGRAPH_DATA_DIR"
        ) from error


def check_space(data_dir: Path) -> None:
    """Refuse to begin what a full disk would cut short."""
    free = psutil.disk_usage(str(data_dir)).free
    if free < FREE_BYTES:
        raise Problem(
            f"the data directory is full: {free >> 20} MB are free, {FREE_BYTES >> 20} are needed",
            where=str(data_dir),
            todo="free some space or set BEAMGRAPH_DATA_DIR",
        )


def write_private(path: Path, running: Running) -> None:
    """Write `engine.json` whole or not at all, for the user's eyes only."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(running), file)
    draft.replace(path)


def password_of(folder: Path) -> str:
    """The password of this data directory; made once, kept with the databases."""
    path = folder / "password"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text(encoding="utf-8")


def _alive(running: Running) -> bool:
    try:
        command = " ".join(psutil.Process(running.pid).cmdline())
    except psutil.Error:
        return False
    if "graph.engine.server" not in command:
        return False
    with socket.socket() as probe:
        probe.settimeout(2.0)
        return probe.connect_ex(("127.0.0.1", running.port)) == 0


def _launch(folder: Path, data_dir: Path, idle_seconds: float) -> Running:
    (folder / "engine.json").unlink(missing_ok=True)
    with (folder / "engine.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "graph.engine.server", str(folder), str(idle_seconds)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        running = status(data_dir)
        if running is not None:
            process.returncode = 0  # it outlives us, so nobody waits for its end
            return running
        if process.poll() is not None:
            break
        time.sleep(0.05)
    else:
        process.kill()
    raise Problem(
        "the embedded server did not start",
        where=str(folder / "engine.log"),
        todo="read the last lines of that log",
    )
