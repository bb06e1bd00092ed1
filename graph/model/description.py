"""What a graph can hold, as small immutable objects."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from functools import cached_property
from typing import Literal

NamedBy = Literal["record", "world"]
Category = Literal["entity", "term", "record", "run"]
PropertyType = Literal["string", "int", "long", "float", "boolean", "instant", "json", "strings"]
"""How a value is stored. An `instant` is fixed-width text in UTC, see `graph.values`."""


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a label.

    `unit` is the canonical unit in which the value is stored; `crosswalk` the
    row of `ontologies/quantities.tsv` that ties the field to CIF, NeXus, ISPyB and
    ICAT. A `sortable` field gets a stored order key (`order_key`) and an index.
    """

    name: str
    type: PropertyType
    unit: str = ""
    sortable: bool = False
    crosswalk: str = ""
    description: str = ""

    @property
    def order_key(self) -> str:
        """The stored property that puts nodes in the order of this field."""
        return "id" if self.name == "id" else f"by_{self.name}"


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a list of facts, such as the completeness of a shell."""

    name: str
    type: PropertyType
    unit: str
    crosswalk: str
    description: str


@dataclass(frozen=True, slots=True)
class FactList:
    """Facts that repeat a fixed number of times on one node.

    They are stored flat, `<value>_<member>`, and answered as a list with the
    discriminator (for the statistics of a scaling: the resolution shell).
    """

    name: str
    discriminator: str
    values: tuple[str, ...]
    members: tuple[Member, ...]

    def stored(self, value: str, member: str) -> str:
        """The property that holds one member for one value of the discriminator."""
        return f"{value}_{member}"

    @property
    def stored_values(self) -> str:
        """The property that lists for which values there are facts."""
        return f"{self.name}_{self.discriminator}s"


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two labels that reads as a sentence, from -> to.

    `out` and `inward` name the GraphQL fields at its two ends; `hub` says that the
    far end may carry millions of them; `lineage` that provenance runs along it; `members` that
    what came of the far end came of what belongs to it, the near one.
    """

    type: str
    source: str
    target: str
    out: str
    out_many: bool
    inward: str
    hub: bool
    lineage: bool
    members: bool
    extra: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge as seen from one of its ends."""

    edge: Edge
    label: str
    target: str
    name: str
    many: bool
    outgoing: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of node."""

    name: str
    named_by: NamedBy
    origin: bool
    category: Category
    description: str
    source: str
    properties: tuple[Property, ...]
    lists: tuple[FactList, ...] = ()

    def field(self, name: str) -> Property:
        """The property of that name; KeyError where there is none."""
        for item in self.properties:
            if item.name == name:
                return item
        raise KeyError(f"{self.name} has no property {name}")

    @property
    def sortable(self) -> tuple[Property, ...]:
        """The properties that pages can be ordered by, `id` first."""
        return tuple(item for item in self.properties if item.sortable)

    @property
    def prefix(self) -> str:
        """What the ids of this label begin with; empty for source records."""
        return "" if self.category == "record" else f"{self.name.lower()}:"


@dataclass(frozen=True)
class Model:
    """Labels and edges of one graph. Build one with `default_model`."""

    labels: Mapping[str, Label]
    edges: tuple[Edge, ...]
    _relations: dict[str, tuple[Relation, ...]] = attribute(default_factory=dict, repr=False)

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """Labels that stand for things, terms included: what `node` can answer."""
        return tuple(n for n, item in self.labels.items() if item.category in ("entity", "term"))

    @cached_property
    def lineage_edges(self) -> tuple[Edge, ...]:
        """The edges along which provenance runs; upstream is from -> to."""
        return tuple(edge for edge in self.edges if edge.lineage)

    @cached_property
    def by_prefix(self) -> Mapping[str, str]:
        """Label by the first part of an id, `dataset` -> `Dataset`."""
        return {item.name.lower(): item.name for item in self.labels.values()}

    @cached_property
    def member_edges(self) -> tuple[Edge, ...]:
        """The edges from what belongs to a thing to that thing; downstream goes back along them."""
        return tuple(edge for edge in self.edges if edge.members)

    def relations(self, label: str) -> tuple[Relation, ...]:
        """Every relation that a node of the label can have, from either end.

        The end of DESCRIBES on a source record leads to any label, so it is no
        relation but the field `entities` of its own.
        """
        if label not in self._relations:
            found: list[Relation] = []
            for edge in self.edges:
                if edge.source == label and edge.target != "*":
                    found.append(Relation(edge, label, edge.target, edge.out, edge.out_many, True))
                if label == edge.target or (edge.target == "*" and label in self.entities):
                    found.append(Relation(edge, label, edge.source, edge.inward, True, False))
            self._relations[label] = tuple(found)
        return self._relations[label]

    def relation(self, label: str, name: str) -> Relation:
        """The relation a GraphQL field of the label stands for."""
        for item in self.relations(label):
            if item.name == name:
                return item
        raise KeyError(f"{label} has no relation {name}")

    def with_property(self, label: str, item: Property) -> "Model":
        """A model with one more field, everything else the same."""
        changed = replace(self.labels[label], properties=(*self.labels[label].properties, item))
        return Model({**self.labels, label: changed}, self.edges)
