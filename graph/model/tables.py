"""Read the model from the tables of this folder."""

from functools import cache
from typing import cast, get_args

from graph.model.description import (
    Category,
    Edge,
    FactList,
    Label,
    Member,
    Model,
    NamedBy,
    Property,
    PropertyType,
)
from ontologies.tables import read_table

PACKAGE = "graph.model"


@cache
def default_model() -> Model:
    """The model of beamgraph as its tables describe it."""
    return Model(
        {label.name: label for label in _labels()},
        tuple(_edges()),
    )


def _labels() -> list[Label]:
    properties = list(read_table(PACKAGE, "properties.tsv"))
    members = list(read_table(PACKAGE, "lists.tsv"))
    labels = []
    for row in read_table(PACKAGE, "labels.tsv"):
        category = row["category"]
        shared = "*" if category in ("entity", "term") else ""
        own = [item for item in properties if item["label"] in (shared, row["label"])]
        fields = tuple(_property(item) for item in own)
        if not shared:
            key = Property("id", "string", sortable=True, description="Address of the node.")
            fields = (key, *fields)
        labels.append(
            Label(
                row["label"],
                cast(NamedBy, row["named_by"]),
                row["origin"] == "yes",
                cast(Category, category),
                row["description"],
                row["source"],
                fields,
                _lists([item for item in members if item["label"] == row["label"]]),
            )
        )
    return labels


def _type(text: str) -> PropertyType:
    if text not in get_args(PropertyType):
        raise ValueError(f"{PACKAGE}: {text!r} is no property type")
    return cast(PropertyType, text)


def _property(row: dict[str, str]) -> Property:
    return Property(
        row["name"],
        _type(row["type"]),
        row["unit"],
        row["sortable"] == "yes",
        row["crosswalk"],
        row["description"],
    )


def _lists(rows: list[dict[str, str]]) -> tuple[FactList, ...]:
    found = []
    for name in dict.fromkeys(row["list"] for row in rows):
        own = [row for row in rows if row["list"] == name]
        members = tuple(
            Member(
                row["member"], _type(row["type"]), row["unit"], row["crosswalk"], row["description"]
            )
            for row in own
        )
        first = own[0]
        values = tuple(first["values"].split(","))
        found.append(FactList(name, first["discriminator"], values, members))
    return tuple(found)


def _edges() -> list[Edge]:
    return [
        Edge(
            row["type"],
            row["from"],
            row["to"],
            row["out"],
            row["out_many"] == "yes",
            row["in"],
            row["hub"] == "yes",
            row["lineage"] == "yes",
            row["lineage"] == "members",
            tuple(item for item in row["extra"].split(",") if item),
            row["description"],
        )
        for row in read_table(PACKAGE, "edges.tsv")
    ]
