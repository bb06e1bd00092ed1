"""Install the GraphQL clients that the tests run: each in an environment of its own.

Old releases are the point: they read our introspection with what they knew in their time.
`tests/web/clients` holds their lock files, `*.txt` for Python and `package-lock.json` for Node.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from graph.problem import Problem
from tools.web import npm

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "web" / "clients"
PARTS = ROOT / ".parts" / "clients"


def python_client(name: str) -> Path:
    """The folder with the packages that `name.txt` locks; installed where it is not there yet.

    Raises
    ------
    Problem
        Where they cannot be had.
    """
    lock, folder = LOCKS / f"{name}.txt", PARTS / name
    if not _is_of(folder, lock):
        words = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target"]
        shutil.rmtree(folder, ignore_errors=True)
        _run([*words, str(folder), "-r", str(lock)], folder)
        shutil.copy(lock, folder / lock.name)
    return folder


def node_clients() -> Path:
    """The folder whose `node_modules` are those of the lock file.

    Raises
    ------
    Problem
        Where they cannot be had.
    """
    lock, folder = LOCKS / "package-lock.json", LOCKS / "node_modules"
    if not _is_of(folder, lock):
        _run([*npm(), "ci", "--ignore-scripts", "--silent"], LOCKS)
        shutil.copy(lock, folder / lock.name)
    return LOCKS


def _is_of(folder: Path, lock: Path) -> bool:
    done = folder / lock.name
    return done.exists() and done.read_bytes() == lock.read_bytes()


def _run(words: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(words, cwd=LOCKS, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Problem(str(error), where=words[0]) from error
    if done.returncode:
        raise Problem(f"could not be fetched: {done.stderr[-300:]}", where=str(folder))


def main() -> None:
    """Install every client."""
    node_clients()
    for lock in sorted(LOCKS.glob("*.txt")):
        python_client(lock.stem)
