"""Install what the tests need beside Python: MariaDB, a real Neo4j, a browser, GraphQL clients.

Each part that a machine cannot have is named loudly; the tests that need it say so and
are counted as not run, or fail in CI.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from graph.engine import neo4j_server
from graph.problem import Problem
from tools import clients

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / ".parts"
PACKAGES = {"mariadbd": "mariadb-server", "chromium": "chromium"}


def apt(packages: list[str]) -> None:
    """Install Debian packages, as root or with sudo."""
    sudo = [] if shutil.which("sudo") is None else ["sudo", "-n"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    subprocess.run([*sudo, "apt-get", "update", "-q"], check=False, **quiet)
    words = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    subprocess.run([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", *words], check=False, **quiet)


def main() -> int:
    """Install what is missing and say what could not be had."""
    missing = [package for tool, package in PACKAGES.items() if shutil.which(tool) is None]
    if missing and shutil.which("apt-get"):
        apt(missing)
    lost = [package for tool, package in PACKAGES.items() if shutil.which(tool) is None]
    try:
        neo4j_server.install(PARTS / "neo4j")
    except Problem as problem:
        lost.append(f"Neo4j ({problem})")
    try:
        clients.main()
    except Problem as problem:
        lost.append(f"GraphQL clients ({problem})")
    for part in lost:
        sys.stderr.write(f"NOT AVAILABLE on this machine: {part}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
