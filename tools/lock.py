"""Write the locks anew: exact versions with the hashes of all their files, and no addresses.

A version that stands in a lock stays while it fits pyproject.toml; `--upgrade` takes the newest.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
DEV = ["pyproject.toml", "--extra", "dev"]

WHAT = {
    "dev.txt": DEV,
    "run.txt": ["pyproject.toml", "--constraints", "locks/dev.txt"],
    "build.txt": ["--group", "pyproject.toml:build", "--constraints", "locks/dev.txt"],
    "node.txt": ["--group", "pyproject.toml:node"],
    "lowest.txt": [*DEV, "--resolution", "lowest-direct"],
}
"""Each lock and what it locks. One that is constrained by another comes after it."""


def compile_lock(name: str, words: list[str], upgrade: bool) -> None:
    """Resolve for every Python and platform that beamgraph runs on, and write the lock."""
    common = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet"
    how = [*common.split(), "--annotation-style", "line", "--custom-compile-command", "make lock"]
    uv = [sys.executable, "-m", "uv", "pip", "compile", *words, *how]
    written = [*uv, "--output-file", f"locks/{name}", *(["--upgrade"] if upgrade else [])]
    environment = {**os.environ, "UV_NO_CONFIG": "1"}
    subprocess.run(written, cwd=ROOT, env=environment, check=True)


def main() -> None:
    """Write every lock."""
    LOCKS.mkdir(exist_ok=True)
    for name, words in WHAT.items():
        compile_lock(name, words, "--upgrade" in sys.argv)


if __name__ == "__main__":
    main()
