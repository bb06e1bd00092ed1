"""The steps of the Dockerfile, run as they are written, on a machine that has no Docker.

Every stage is an overlay over this machine's own files: a step sees them as its base image and
writes beside them. So the words of the Dockerfile run unchanged, absolute paths and users
included. What stands for a base image is this machine's Node.js, and a virtual environment of
the Python that runs the tests. It takes root and Linux.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PYTHON = "/opt/image-python"

HOLD = """
set -e
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for kept in proc dev sys; do mount --rbind "/$kept" "$1/root/$kept"; done
echo ready
exec sleep infinity
"""
"""Keeps a stage's files together, in a view of the file system that nobody else has."""


@dataclass
class Stage:
    """One stage of an image: its files, and how it runs."""

    folder: Path
    holder: subprocess.Popen[str]
    workdir: str = "/"
    user: str = "root"
    env: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)

    def path(self, inside: str) -> Path:
        """Where a path of the stage is to be found from outside."""
        return Path(f"/proc/{self.holder.pid}/root{self.folder}/root/{inside.lstrip('/')}")

    def command(self, words: Sequence[str]) -> dict[str, Any]:
        """What `subprocess` takes to run words in the stage, as its user, in its folder."""
        own = {
            "HOME": "/root" if self.user == "root" else self.workdir,
            "PATH": f"{PYTHON}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        mine = ("BEAMGRAPH_", "PYTHON", "VIRTUAL_ENV", "XDG_", "PYENV", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        enter = ["nsenter", f"--target={self.holder.pid}", "--mount", "--"]
        change = ["chroot", f"--userspec={self.user}", str(self.folder / "root")]
        start = ["sh", "-c", 'cd "$0" && exec "$@"', self.workdir]
        return {"args": [*enter, *change, *start, *words], "env": {**kept, **own, **self.env}}

    def run(self, words: Sequence[str]) -> str:
        """Run words to their end; a failure shows what they said."""
        done = subprocess.run(**self.command(words), check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def close(self) -> None:
        """Let go of the files."""
        self.holder.kill()
        self.holder.wait()
        if self.holder.stdout is not None:
            self.holder.stdout.close()


def possible() -> bool:
    """Whether this machine lets us lay one file system over another."""
    words = ["unshare", "--mount", "true"]
    return (
        shutil.which("unshare") is not None
        and os.geteuid() == 0
        and subprocess.run(words, check=False, capture_output=True).returncode == 0
    )


def instructions(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each instruction of a Dockerfile: its name, its options, its words."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        name, rest = line.strip().split(None, 1)
        options = {}
        while found := re.match(r"--([a-z-]+)=(\S+)\s+", rest):
            options[found[1]] = found[2]
            rest = rest[found.end() :]
        yield name, options, rest.strip()


def ignored(patterns: Sequence[str], path: str) -> bool:
    """Whether .dockerignore keeps a path out of the image: the last pattern that fits decides."""
    out = False
    parts = path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    for pattern in patterns:
        shape = re.escape(pattern.lstrip("!").strip("/"))
        shape = shape.replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*")
        shape = shape.replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        if any(re.fullmatch(shape, one) for one in above):
            out = not pattern.startswith("!")
    return out


def context(folder: Path) -> list[str]:
    """The files that a build may copy."""
    ignore = folder / ".dockerignore"
    lines = ignore.read_text(encoding="utf-8").splitlines() if ignore.exists() else []
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = (str(path.relative_to(folder)) for path in files)
    return sorted(name for name in names if not ignored(patterns, name))


def copy(stage: Stage, folder: Path, names: Sequence[str], words: str) -> None:
    """COPY: a file by its name, of a folder what is in it."""
    *sources, to = words.split()
    target = to if to.startswith("/") else f"{stage.workdir.rstrip('/')}/{to}"
    for source in sources:
        inner = "" if source in (".", "./") else source.rstrip("/") + "/"
        found = {name: name[len(inner) :] for name in names if name.startswith(inner)}
        if source in names:
            found = {source: Path(source).name if to.endswith("/") else ""}
        assert found, f"COPY {words}: {source} is not in what the build may copy"
        for name, inside in found.items():
            place = stage.path(f"{target.rstrip('/')}/{inside}".rstrip("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, place)


def copy_from(stage: Stage, origin: Stage, words: str) -> None:
    """COPY --from: a folder of an earlier stage."""
    inside, to = words.split()
    target = to if to.startswith("/") else f"{stage.workdir.rstrip('/')}/{to}"
    shutil.copytree(origin.path(inside), stage.path(target), symlinks=True, dirs_exist_ok=True)


def begin(base: str, folder: Path) -> Stage:
    """A stage on a base image: what this machine has of it."""
    for name in ("upper", "work", "root"):
        (folder / name).mkdir(parents=True)
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", HOLD, "sh", str(folder)]
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    stage = Stage(folder, holder)
    if base.startswith("python:"):
        python = getattr(sys, "_base_executable", sys.executable)
        # A Python below /root is none that the image's user could read.
        stage.run(["sh", "-c", f"chmod o+x /root && {shlex.quote(python)} -m venv {PYTHON}"])
    return stage


@contextmanager
def built(text: str, source: Path, folder: Path) -> Iterator[Stage]:
    """The image that a Dockerfile makes of a folder: its last stage."""
    stages: dict[str, Stage] = {}
    try:
        for name, options, rest in instructions(text):
            if name == "FROM":
                base, _, called = rest.partition(" AS ")
                stage = stages[called] = begin(base, folder / (called or "image"))
            elif name == "RUN":
                stage.run(["sh", "-c", rest])
            elif name == "COPY" and "from" in options:
                copy_from(stage, stages[options["from"]], rest)
            elif name == "COPY":
                copy(stage, source, context(source), rest)
            else:
                settle(stage, name, rest)
        yield stage
    finally:
        for one in stages.values():
            one.close()


def settle(stage: Stage, name: str, rest: str) -> None:
    """What an instruction says of the stage without running anything."""
    if name == "WORKDIR":
        stage.workdir = rest
        stage.path(rest).mkdir(parents=True, exist_ok=True)
    elif name == "USER":
        stage.user = rest
    elif name == "ENV":
        stage.env.update(part.split("=", 1) for part in shlex.split(rest))
    elif name in ("ENTRYPOINT", "CMD", "VOLUME", "HEALTHCHECK"):
        words = rest.removeprefix("CMD").strip()
        stage.words[name] = json.loads(words) if words.startswith("[") else words.split()
    else:
        raise AssertionError(f"the test does not know {name}")
