"""Python imports this module first: a quick test starts and reaches no server, and maps no database.

It is in force in pytest itself and, through PYTHONPATH, in every Python that a test starts.
Whatever it refuses is written down too, since the code under test may swallow the error.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NOTES = "QUICK_TESTS_NOTES"
FOLDER = Path(__file__).resolve().parent
PROGRAMS = ("python", "git")
"""What a quick test may start."""

STATEMENTS = "/beamgraph/programs/"
"""Where a migration keeps its statements: it looks there before it maps a database."""

REACHED = ("socket.bind", "socket.connect", "socket.getaddrinfo")


def guarded(environment: Mapping[Any, Any] | None) -> bool:
    """Whether a process of this environment heeds the guard as well."""
    env = os.environ if environment is None else environment
    return NOTES in env and str(FOLDER) in str(env.get("PYTHONPATH", ""))


def refused(event: str, words: tuple[Any, ...]) -> str | None:
    """Why Python may not do what it is about to do, if it may not."""
    if event in REACHED:
        return f"{event} {words[-1] if event != 'socket.getaddrinfo' else words[0]}"
    if event == "import" and words[0] == "jpype":
        return "a Java machine in this process"
    if event == "open" and isinstance(words[0], str) and STATEMENTS in words[0]:
        return "a whole database is mapped"
    if event != "subprocess.Popen":
        return None
    program = Path(os.fsdecode(words[0])).name
    if not program.startswith(PROGRAMS):
        return f"the program {program}"
    if program.startswith("python") and not guarded(words[3]):
        return f"{program} without this guard"
    return None


def watch(event: str, words: tuple[Any, ...]) -> None:
    """Refuse, and write it down."""
    if NOTES not in os.environ or (why := refused(event, words)) is None:
        return
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(why + "\n")
    raise RuntimeError(f"a quick test may not: {why}")


if NOTES in os.environ:
    sys.addaudithook(watch)
