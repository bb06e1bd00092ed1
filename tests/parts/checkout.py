"""What a stranger gets: a clean clone of what is committed here."""

import subprocess
from pathlib import Path

from tests.conftest import ROOT, missing


def clean_clone(folder: Path) -> Path:
    """A clone of this repository, without anything that lies beside it."""
    if not (ROOT / ".git").exists():
        missing("repository to clone (a source distribution has none)")
    words = ["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    return folder
