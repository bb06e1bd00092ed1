"""An ICAT in an SQLite file, filled entity by entity, and written as a dump file."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from beamgraph.simulator.tables import sqlite_table, tables
from migrators.icat.schema import ENUMS, Attribute, Entity, entities

NOW = "2024-05-01 12:00:00"


class Icat:
    """An ICAT to add rows to; columns by the attribute's name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._ids: Counter[str] = Counter()
        self.db = sqlite3.connect(path)
        for name, columns in tables("icat").items():
            self.db.execute(sqlite_table(name, columns))
        self.facility = self.add("Facility", name="ESNF")
        self._types: dict[tuple[str, str], int] = {}

    def add(self, entity: str, **told: Any) -> int:
        """A row; returns its id."""
        self._ids[entity] += 1
        known = entities()[entity]
        row: dict[str, Any] = {"ID": self._ids[entity], "CREATE_ID": "t", "MOD_ID": "t"}
        row |= {"CREATE_TIME": NOW, "MOD_TIME": NOW}
        needs = known.attributes.get("facility")
        if needs is not None and "facility" not in told:
            told["facility"] = self.facility
        row |= {known.attributes[name].column: value for name, value in told.items()}
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        statement = f'INSERT INTO "{known.table}" ({names}) VALUES ({marks})'
        self.db.execute(statement, list(row.values()))
        return self._ids[entity]

    def parameter(self, owner: str, key: int, name: str, unit: str = "NA", **value: Any) -> int:
        """A parameter of a row: `string=`, `number=` or `time=`."""
        if (name, unit) not in self._types:
            self._types[(name, unit)] = self.add(
                "ParameterType", name=name, units=unit, valueType=2
            )
        columns = {"string": "stringValue", "number": "numericValue", "time": "dateTimeValue"}
        told = {columns[kind]: one for kind, one in value.items()}
        link = owner[0].lower() + owner[1:]
        return self.add(f"{owner}Parameter", type=self._types[(name, unit)], **{link: key}, **told)

    def done(self) -> str:
        """The address of the file, whole."""
        self.db.commit()
        self.db.close()
        return self.url


def dumped(path: Path) -> Iterator[tuple[Entity, str, dict[str, Any]]]:
    """Every object of an ICAT file as a dump tells it: entity, key, attributes.

    Written after what icatdump writes, apart from its nesting: references by key, no ids.
    """
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master").fetchall()}
    for entity in entities().values():
        if entity.table not in there:  # of another version
            continue
        for row in db.execute(f'SELECT * FROM "{entity.table}" ORDER BY ID'):
            yield entity, key_of(entity, row["ID"]), dict(_attributes(entity, row))
    db.close()


def key_of(entity: Entity, number: int) -> str:
    return f"{entity.name}_{number:08d}"


def _attributes(entity: Entity, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for item in entity.columns:
        value = row[item.column] if item.column in row.keys() else None  # noqa: SIM118
        if item.kind == "audit" or item.column == "ID" or value is None:
            continue
        if item.kind == "one":
            yield item.name, key_of(entities()[item.target], value)
        else:
            yield item.name, _plain(entity, item, value)


def _plain(entity: Entity, item: Attribute, value: Any) -> Any:
    words = ENUMS.get((entity.name, item.name))
    if words:
        return words[value]
    if item.type.startswith("TINYINT"):
        return bool(value)
    if item.type == "DATETIME":
        return datetime.fromisoformat(value).isoformat() + "+00:00"
    return value


def nested(path: Path) -> list[dict[str, dict[str, dict[str, Any]]]]:
    """The chunks of a dump: members without a key of their own stand inside their owner."""
    inside: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    objects = list(dumped(path))
    chunk: dict[str, dict[str, dict[str, Any]]] = {}
    for entity, _, told in objects:
        place = _owner(entity)
        if place is not None:
            back, name = place
            owner = told.pop(back)
            inside.setdefault(owner, []).append((name, told))
    for entity, key, told in objects:
        if _owner(entity) is None:
            for name, member in inside.get(key, []):
                told.setdefault(name, []).append(member)
            name = entity.name[0].lower() + entity.name[1:]
            chunk.setdefault(name, {})[key] = told
    return [{name: rows} for name, rows in chunk.items()]


def _owner(entity: Entity) -> tuple[str, str] | None:
    """The reference of a member to its owner, and the list there that it stands in."""
    for holder in entities().values():
        for item in holder.attributes.values():
            child, _, back = item.target.partition(".")
            inside = holder.name in HOLDERS and entity.name in MEMBERS
            if inside and item.kind == "many" and child == entity.name:
                return back, item.name
    return None


HOLDERS = ("Dataset", "Investigation", "Sample", "Datafile", "DataCollection", "DataPublication")
MEMBERS = (
    "DatasetParameter", "InvestigationParameter", "SampleParameter", "DatafileParameter",
    "DataCollectionParameter", "DataCollectionDataset", "DataCollectionDatafile",
    "DataCollectionInvestigation", "DatasetTechnique", "DatasetInstrument", "InvestigationUser",
    "InvestigationInstrument", "RelatedItem",
)  # fmt: skip
HEAD = "# ICAT-API: 6.2.0\n# Generator: icatdump\n"


def write_yaml(path: Path, target: Path) -> Path:
    """The dump as YAML, a document a chunk."""
    text = HEAD + "".join(
        "---\n" + yaml.safe_dump(chunk, allow_unicode=True) for chunk in nested(path)
    )
    target.write_text(text, encoding="utf-8")
    return target


def write_xml(path: Path, target: Path) -> Path:
    """The same as XML."""
    lines = ["<?xml version='1.0' encoding='utf-8'?>", "<icatdata>", "<head>"]
    lines += ["<apiversion>6.2.0</apiversion>", "</head>"]
    for chunk in nested(path):
        lines.append("<data>")
        for name, objects in chunk.items():
            entity = entities()[name[0].upper() + name[1:]]
            for key, told in objects.items():
                lines.append(f'<{name} id="{key}">')
                lines += _xml(entity, told)
                lines.append(f"</{name}>")
        lines.append("</data>")
    target.write_text("\n".join([*lines, "</icatdata>", ""]), encoding="utf-8")
    return target


def _xml(entity: Entity, told: Mapping[str, Any]) -> Iterator[str]:
    for name, value in told.items():
        item = entity.attributes[name]
        if item.kind == "one":
            yield f'<{name} ref="{value}"/>'
        elif item.kind == "many":
            child = entities()[item.target.split(".")[0]]
            for member in value:
                yield f"<{name}>"
                yield from _xml(child, member)
                yield f"</{name}>"
        else:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"<{name}>{escape(shown)}</{name}>"
