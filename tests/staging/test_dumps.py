"""XML and YAML say the same of one catalogue, at the edges of every type too."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.problem import Problem
from migrators.icat.connect import opened
from migrators.icat.dump import convert
from migrators.icat.schema import ENUMS, entities

CASES = Path(__file__).parent.parent / "data" / "dumps"
Objects = list[tuple[str, str, dict[str, Any]]]
HEAD = "<?xml version='1.0' encoding='utf-8'?>\n<icatdata>\n<head><apiversion>6.2.0</apiversion></head>"
WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    max_size=9,
)
TIMES = st.datetimes(timezones=st.timezones()) | st.sampled_from(
    ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "1970-01-01T00:00:00+00:00"]
)


def value_of(entity: str, name: str) -> st.SearchStrategy[Any]:
    item = entities()[entity].attributes[name]
    if (entity, name) in ENUMS:
        return st.sampled_from(ENUMS[(entity, name)])
    if item.type.startswith("TINYINT"):
        return st.booleans()
    if item.type == "DATETIME":
        return TIMES.map(lambda t: t if isinstance(t, str) else t.isoformat())
    if item.type in ("BIGINT", "INTEGER"):
        return st.integers(-(2**65), 2**65)
    if item.type == "DOUBLE":
        return st.floats()
    return WORDS


TYPES = ("DatasetType", "ParameterType", "Investigation", "Dataset")


@st.composite
def catalogues(draw: st.DrawFn) -> Objects:
    found: Objects = [("Facility", "F", {"name": "here"})]
    keys: dict[str, list[str]] = {"Facility": ["F"], "InvestigationType": ["IT"]}
    found.append(("InvestigationType", "IT", {"name": "X", "facility": "F"}))
    for entity in TYPES:
        keys[entity] = [f"{entity} {n}:é" for n in range(draw(st.integers(1, 2)))]
        for key in keys[entity]:
            told: dict[str, Any] = {}
            for name, item in entities()[entity].attributes.items():
                known = keys.get(item.target)
                if item.kind == "value" and name != "id" and (item.required or draw(st.booleans())):
                    told[name] = draw(value_of(entity, name))
                elif item.kind == "one" and known and item.required:
                    told[name] = draw(st.sampled_from(known))
            found.append((entity, key, told))
    return found


def write_yaml(objects: Objects, path: Path) -> None:
    chunk: dict[str, dict[str, Any]] = {}
    for entity, key, told in objects:
        chunk.setdefault(entity[0].lower() + entity[1:], {})[key] = told
    text = yaml.safe_dump(chunk, allow_unicode=True, sort_keys=False)
    path.write_text(f"# ICAT-API: 6.2.0\n---\n{text}", encoding="utf-8")


def write_xml(objects: Objects, path: Path) -> None:
    lines = [HEAD, "<data>"]
    for entity, key, told in objects:
        name = entity[0].lower() + entity[1:]
        lines.append(f"<{name} id={quoteattr(key)}>")
        for attribute, value in told.items():
            if entities()[entity].attributes[attribute].kind == "one":
                lines.append(f"<{attribute} ref={quoteattr(value)}/>")
            else:
                shown = str(value).lower() if isinstance(value, bool) else str(value)
                lines.append(f"<{attribute}>{escape(shown)}</{attribute}>")
        lines.append(f"</{name}>")
    path.write_text("\n".join([*lines, "</data>", "</icatdata>", ""]), encoding="utf-8")


def tables(path: Path) -> dict[str, list[Any]]:
    with TemporaryDirectory() as folder:
        convert(path, Path(folder) / "t.sqlite")
        with sqlite3.connect(Path(folder) / "t.sqlite") as db:
            found = {
                entity.name: db.execute(f'SELECT * FROM "{entity.table}" ORDER BY 1').fetchall()
                for entity in entities().values()
            }
        db.close()
    return {name: rows for name, rows in found.items() if rows}


@settings(max_examples=20)
@given(objects=catalogues())
def test_one_catalogue_is_one_in_xml_and_in_yaml(objects: Objects) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        write_yaml(objects, place / "a.yaml")
        write_xml(objects, place / "a.xml")
        found = tables(place / "a.yaml")
        assert found == tables(place / "a.xml")
        assert sum(map(len, found.values())) == len(objects)
        for entity, key, told in objects:
            (row,) = [row for row in found[entity] if key in row]
            for name, value in told.items():
                column = [item.name for item in entities()[entity].columns].index(name)
                if isinstance(value, int) and not isinstance(value, bool):
                    assert str(row[column]) == str(value)
                elif isinstance(value, str) and entities()[entity].attributes[name].kind == "one":
                    assert row[column] == value


def case(name: str) -> Path:
    return CASES / name


def test_an_empty_element_is_an_empty_text() -> None:
    xml, told = tables(case("xml-empty-units.xml")), tables(case("yaml-empty-units.yaml"))
    units = [item.name for item in entities()["ParameterType"].columns].index("units")
    assert xml["ParameterType"][0][units] == told["ParameterType"][0][units] == ""


def test_a_reference_by_attributes_is_looked_up() -> None:
    found = tables(case("xml-attr-ref.xml"))
    at = [item.name for item in entities()["DatasetParameter"].columns].index("type")
    assert found["DatasetParameter"][0][at] == "PT_len"


@pytest.mark.parametrize(
    ("attributes", "part"),
    [
        ('name="Counts" facility.name="ESNF"', ""),
        ('name="Other"', "leads to 0 objects"),
        ('colour="red"', "has no colour"),
        ("", "has no type"),
    ],
)
def test_references_by_attributes(tmp_path: Path, attributes: str, part: str) -> None:
    text = case("xml-attr-ref.xml").read_text(encoding="utf-8")
    file = tmp_path / "a.xml"
    file.write_text(text.replace('name="Counts" units="counts"', attributes), encoding="utf-8")
    if part:
        with pytest.raises(Problem, match=part):
            tables(file)
    else:
        assert tables(file)["DatasetParameter"]


def test_what_has_no_form_stays_as_it_was_told(tmp_path: Path) -> None:
    for name, attribute, value in (
        ("xml-bigint.xml", "fileSize", "18446744073709551615"),
        ("xml-year-9999.xml", "releaseDate", "9999-12-31T23:59:59-01:00"),
    ):
        found = tables(case(name))
        at = [item.name for item in entities()["Investigation"].columns].index(attribute)
        assert found["Investigation"][0][at] == value
        source = opened(str(case(name)), tmp_path)
        shape = source.shapes["Investigation"]
        with source.reading() as reader:
            (row,) = next(reader.rows(source.select(shape, shape.columns)))
        assert row[at] == value
        assert shape.column("RELEASEDATE").kind == "datetime"  # type: ignore[union-attr]
        assert shape.column("FILESIZE").kind == "int"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "facility:\n  F:\n    name: 2024-13-45\n",
        "facility:\n  F:\n    name: [a, b]\n",
        "datasetType:\n  D:\n    facility:\n    name: x\n",
        "dataset:\n  D:\n    complete: perhaps\n    name: x\n    investigation: I\n    type: T\n",
    ],
)
def test_what_is_none_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"# ICAT-API: 6.2.0\n---\n{text}", encoding="utf-8")
    with pytest.raises(Problem):
        tables(file)


def test_entities_of_xml_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><icatdata>&a;</icatdata>')
    with pytest.raises(Problem):
        tables(file)
