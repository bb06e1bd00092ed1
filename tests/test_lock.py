"""The locks name one version, within its range, of everything that pyproject.toml asks for."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from tools.lock import LOCKS, WHAT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["dev"]]
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "run.txt": RUN,
    "dev.txt": [*RUN, *DEV],
    "lowest.txt": [*RUN, *DEV],
    "build.txt": [Requirement(text) for text in GROUPS["build"]],
    "node.txt": [Requirement(text) for text in GROUPS["node"]],
}
PYTHONS = ("3.11", "3.12", "3.13")


def entries(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Each pin of a lock with its hashes."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        words, *hashes = line.split("--hash=")
        if words.strip():
            yield Requirement(words), [digest.strip() for digest in hashes]


def pins(name: str, python: str) -> dict[str, str]:
    """The versions that a lock gives a Python on Linux."""
    about = {"python_version": python, "python_full_version": f"{python}.0",
             "sys_platform": "linux", "platform_system": "Linux"}  # fmt: skip
    found: dict[str, str] = {}
    for pin, _ in entries(name):
        if pin.marker is None or Marker(str(pin.marker)).evaluate(about):
            assert canonicalize_name(pin.name) not in found, f"{name}: {pin.name} twice"
            (only,) = pin.specifier
            assert only.operator == "==", pin
            found[canonicalize_name(pin.name)] = only.version
    return found


def test_every_lock_is_there_and_made_by_one_command() -> None:
    assert {path.name for path in LOCKS.iterdir()} == set(WHAT) == set(ASKED)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", sorted(ASKED))
def test_whatever_is_asked_for_is_locked_within_its_range(name: str, python: str) -> None:
    found = pins(name, python)
    assert len(found) >= len(ASKED[name])
    for asked in ASKED[name]:
        locked = found.get(canonicalize_name(asked.name))
        assert locked is not None, f"{asked.name} is not locked: run make lock"
        assert asked.specifier.contains(locked), f"{asked} is locked at {locked}: run make lock"


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|@ ", text) == []
    for pin, hashes in entries(name):
        assert hashes, pin
        assert [
            digest for digest in hashes if not re.fullmatch("sha256:[0-9a-f]{64}", digest)
        ] == []


def test_the_image_runs_what_the_tests_run() -> None:
    for python in PYTHONS:
        assert pins("run.txt", python).items() <= pins("dev.txt", python).items()


def test_each_dependency_has_a_lower_end_and_it_is_tried() -> None:
    lowest = pins("lowest.txt", "3.11")
    newest = pins("dev.txt", "3.11")
    for asked in [*RUN, *DEV]:
        assert [one for one in asked.specifier if one.operator in (">=", "==")], asked
    assert [name for name, found in lowest.items() if newest.get(name) != found]


def test_the_tests_run_on_a_lock() -> None:
    """On that of everybody, or on the lower ends (`make lowest`)."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    env = Path(sys.prefix).name
    locked = pins("lowest.txt" if env == ".venv-lowest" else "dev.txt", python)
    assert {name: version(name) for name in locked} == locked


def test_no_rule_of_make_installs_what_is_not_locked() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if re.search(r"\$\(PIP\)|pip install", line)]
    assert len(installs) >= 6
    unlocked = [line for line in installs if not re.search("^PIP|hashes|LOCKED|--no-deps", line)]
    assert unlocked == []
