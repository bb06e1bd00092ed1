"""The statements that map a snapshot, kept: making them takes longer than a small mapping.

A program holds for a set of rules, the shape of a source's tables and the code that reads both;
where any of it changes another program is made. Programs stand in the user's cache, and a
folder without them costs some seconds, nothing else.
"""

import gc
import hashlib
import json
import os
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import ibis

from graph.engine.embedded import make_private
from graph.model import Model
from graph.problem import Problem
from migrators.mapping.rules import Mapping
from migrators.mapping.transforms import Context
from migrators.staging import Snapshot

KEPT = 128
"""Of more programs those go that were not used for longest: each change of a schema or of beamgraph
leaves one behind."""


@dataclass(frozen=True, slots=True)
class Program:
    """Statements by the name of the table they give: `made` first, in order, then `tables`.

    `key` names everything that they depend on.
    """

    key: str
    made: Dict[str, str]
    tables: Dict[str, str]


def program_key(snapshot: Snapshot, mapping: Mapping, model: Model, context: Context) -> str:
    """A name for everything that the statements depend on."""
    shapes = {
        name: [table.shape.as_json(), table.withheld, table.odd]
        for name, table in sorted(snapshot.tables.items())
        if table.rows
    }
    known = sorted(snapshot.tables)
    told = [repr(mapping), repr(model), asdict(context), snapshot.name, shapes, known, _code()]
    text = json.dumps(told, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """A digest of the modules that make statements, and of the library that spells them."""
    digest = hashlib.blake2b(ibis.__version__.encode(), digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def folder() -> Path:
    """Where programs are kept: `beamgraph` in the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "beamgraph" / "programs"


def load_program(key: str) -> Program | None:
    """The program of that name, None where it is not kept."""
    file = folder() / f"{key}.json"
    try:
        program = Program(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    with suppress(OSError):
        file.touch()
    return program


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage until the end: millions of small objects are made that stay so long."""
    there = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if there:
            gc.enable()
            gc.collect()


@contextmanager
def layered() -> Iterator[None]:
    """Each step of an expression is a SELECT of its own when it is compiled.

    Ibis would else write what one step uses twice as its whole text twice, step after step.
    """
    there = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = there


def keep_program(program: Program) -> None:
    """Keep a program; where the cache cannot be written it is made again next time."""
    try:
        make_private(folder())
        draft = folder() / f"{program.key}.{os.getpid()}"
        draft.write_text(json.dumps(asdict(program)), encoding="utf-8")
        draft.replace(folder() / f"{program.key}.json")
        kept = sorted(folder().glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-KEPT]:
            path.unlink(missing_ok=True)
    except (OSError, Problem):
        return
