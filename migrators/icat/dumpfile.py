"""Read the objects of an icatdump file, YAML or XML, one after the other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from graph.problem import Problem
from migrators.icat.schema import Entity, entities

VERSIONS = ((4, 10), (6, 99))
"""The first and the last version whose dumps are read."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object: by its key, or else by attributes that no other one of its kind has.

    An attribute may be one of an object further on: `facility.name`.
    """

    key: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Members:
    """Objects that stand inside another one and have no key of their own."""

    items: tuple[Mapping[str, Any], ...]


Object = tuple[str, str, Mapping[str, Any]]
"""Entity, key, attributes."""


def read_dump(path: Path) -> Iterator[Object]:
    """The objects of a dump in the order in which they stand.

    Raises
    ------
    Problem
        Where the file is none, ends in the middle, or is of a version that is not read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(max(0, path.stat().st_size - 1))
            last = file.read(1)
    except OSError as error:
        raise Problem(
            error.strerror or str(error), where=str(path), todo="check the path"
        ) from error
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        _check_version(path, re.search(r"<apiversion>([^<]*)<", text))
        yield from _xml(path)
        return
    known = "|".join(_names())
    if "\x00" in text or not re.search(rf"(?m)^({known}):|^# ICAT-API:", text):
        raise _none(path)
    _check_version(path, re.search(r"(?m)^# ICAT-API:\s*(\S+)", text))
    if last != b"\n":
        raise _cut(path, "its last line has no end")
    yield from _yaml(path)


def _names() -> Mapping[str, Entity]:
    """Entities by the name that a dump gives them: `dataCollection`."""
    return {name[0].lower() + name[1:]: entity for name, entity in entities().items()}


def _none(path: Path) -> Problem:
    return Problem(
        "not an icatdump file",
        where=str(path),
        todo="give what icatdump wrote (YAML or XML), or the URL of a database",
    )


def _cut(path: Path, why: str) -> Problem:
    return Problem(
        f"the dump ends in the middle or is damaged: {why}",
        where=str(path),
        todo="write the dump anew",
    )


def _check_version(path: Path, found: re.Match[str] | None) -> None:
    if found is None:
        return
    parts = re.findall(r"\d+", found[1])[:2]
    version = tuple(int(part) for part in parts)
    if not VERSIONS[0] <= version <= VERSIONS[1]:
        raise Problem(
            f"an ICAT of an unknown version: {found[1] or 'none'}",
            where=str(path),
            todo="dumps of 4.10 to 6.2 are read",
        )


def _yaml(path: Path) -> Iterator[Object]:
    names = _names()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open("rb") as file:
            for chunk in yaml.load_all(file, Loader=loader):
                if chunk is None:
                    continue
                if not isinstance(chunk, dict) or not set(chunk) <= set(names):
                    raise _none(path)
                for kind, objects in chunk.items():
                    for key, told in (objects or {}).items():
                        yield names[kind].name, str(key), _told(path, names[kind], key, told)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that is none, too
        raise _cut(path, " ".join(str(error).split())) from error


def _told(path: Path, entity: Entity, key: str, told: Any) -> Mapping[str, Any]:
    """Attributes with references and members told apart, which the schema does."""
    if not isinstance(told, dict):
        raise _cut(path, f"{key} has no attributes")
    found: dict[str, Any] = {}
    for name, value in told.items():
        item = entity.attributes.get(name)
        if item is not None and item.kind == "one":
            found[name] = None if value is None else Reference(str(value))
        elif item is not None and item.kind == "many":
            child = entities()[item.target.split(".")[0]]
            inside = value.values() if isinstance(value, dict) else value or ()
            found[name] = Members(tuple(_told(path, child, key, one) for one in inside))
        else:
            found[name] = value
    return found


def _xml(path: Path) -> Iterator[Object]:
    names = _names()
    depth = count = 0
    try:
        for event, element in iterparse(path, events=("start", "end")):
            depth += 1 if event == "start" else -1
            if event == "start":
                if depth == 1 and element.tag != "icatdata":
                    raise _none(path)
            elif depth == 2 and element.tag in names:
                entity, count = names[element.tag], count + 1
                key = element.get("id") or f"{entity.name}/{count}"
                yield entity.name, key, _inside(entity, element)
                element.clear()
            elif depth == 1:
                element.clear()
    except (ParseError, DefusedXmlException) as error:
        raise _cut(path, str(error)) from error


def _inside(entity: Entity, element: Element) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        item = entity.attributes.get(child.tag)
        if item is not None and item.kind == "one":
            found[child.tag] = _reference(child)
        elif item is not None and item.kind == "many":
            member = entities()[item.target.split(".")[0]]
            before = found.get(child.tag, Members(())).items
            found[child.tag] = Members((*before, _inside(member, child)))
        else:
            found[child.tag] = child.text or ""
    return found


def _reference(element: Element) -> Reference | None:
    """By key, or by attributes, as python-icat reads it."""
    key = element.get("ref")
    told = tuple((name, value) for name, value in element.items() if name not in ("id", "ref"))
    return Reference(key or "", () if key else told) if key or told else None
