"""The mapping tables of a system, read and checked against the model."""

from dataclasses import dataclass, field
from functools import cache

from graph.model import Model, default_model
from migrators.mapping.conditions import Condition, parse_all
from migrators.mapping.named import ParameterRule
from migrators.mapping.values import OF_UNIT
from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class NodeRule:
    """A row of `table` stands for (or says something of) a node of `label`."""

    table: str
    label: str
    key: tuple[str, ...]
    joins: str
    world: str
    constants: dict[str, str]
    defaults: dict[str, str]
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """Columns of a table give a property of a label by a named transform."""

    table: str
    columns: tuple[str, ...]
    label: str
    property: str
    transform: str


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """Every row of `table` gives an edge between what two paths lead to."""

    rule: str
    table: str
    source: str
    source_label: str
    type: str
    target: str
    target_label: str
    basis: str
    extra: dict[str, str] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    flavour: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class FoldRule:
    """Rows of a table have no node: they detail their owner, or many look them up.

    `counted` where the owner's record only counts them, and does not keep what no rule maps.
    """

    table: str
    key: tuple[str, ...]
    owner: str
    counted: bool


@dataclass(frozen=True, slots=True)
class ListRule:
    """A column of a folded table gives one member of a list on its owner."""

    table: str
    key: tuple[str, ...]
    owner: str
    label: str
    list: str
    discriminator: str
    values: dict[str, str]
    column: str
    member: str
    transform: str


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Columns of a table give what records of one thing are recognised by."""

    table: str
    label: str
    key: str
    columns: tuple[str, ...]
    transform: str


@dataclass(frozen=True, slots=True)
class TotalRule:
    """A count of the rows a thing owns, or the `sum`, `mean` or `list` of one of their columns."""

    table: str
    owner: str
    label: str
    property: str
    function: str
    column: str


@dataclass(frozen=True, slots=True)
class LeftOutRule:
    """A column that is not in the graph, and why; `*` is every one of which no rule speaks."""

    table: str
    column: str
    why: str


@dataclass(frozen=True, eq=False)
class Mapping:
    """Everything that is known of how one system maps to the graph."""

    nodes: tuple[NodeRule, ...]
    properties: tuple[PropertyRule, ...]
    edges: tuple[EdgeRule, ...]
    folded: tuple[FoldRule, ...]
    lists: tuple[ListRule, ...]
    parameters: tuple[ParameterRule, ...]
    totals: tuple[TotalRule, ...] = ()
    keys: tuple[KeyRule, ...] = ()
    left_out: tuple[LeftOutRule, ...] = ()

    def key_of(self, table: str) -> tuple[str, ...]:
        """The key columns of a mapped or folded table."""
        return self._keys()[table]

    def _keys(self) -> dict[str, tuple[str, ...]]:
        folded = {rule.table: rule.key for rule in self.folded}
        return {rule.table: rule.key for rule in self.nodes} | folded

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that a rule speaks of."""
        return tuple(self._keys())


@cache
def read_mapping(package: str) -> Mapping:
    """Read the mapping tables of a package such as `migrators.ispyb`."""
    mapping = Mapping(
        tuple(_node(row) for row in read_table(package, "nodes.tsv")),
        tuple(_property(row) for row in read_table(package, "properties.tsv")),
        tuple(_edge(row) for row in read_table(package, "edges.tsv")),
        tuple(
            FoldRule(row["table"], _words(row["key"]), row["owner"], row["keep"] == "count")
            for row in read_table(package, "folded.tsv")
        ),
        tuple(_list(row) for row in read_table(package, "lists.tsv")),
        tuple(_parameter(row) for row in read_table(package, "parameters.tsv")),
        tuple(TotalRule(**row) for row in read_table(package, "totals.tsv")),
        tuple(
            KeyRule(
                row["table"], row["label"], row["key"], _words(row["columns"]), row["transform"]
            )
            for row in read_table(package, "keys.tsv")
        ),
        tuple(LeftOutRule(**row) for row in read_table(package, "left_out.tsv")),
    )
    check(mapping, default_model())
    return mapping


def check(mapping: Mapping, model: Model) -> None:
    """Refuse rules that speak of what the model does not have.

    Raises
    ------
    KeyError
        Naming the label, property, list or edge that is not there.
    """
    told = [(rule.label, rule.property) for rule in mapping.properties]
    told += [(rule.label, rule.property) for rule in mapping.totals]
    for label, name in told:
        if name not in stored_names(model, label):
            raise KeyError(f"{label} has no {name}")
    for node in mapping.nodes:
        for name in (*node.constants, *node.defaults):
            model.labels[node.label].field(name)
    edges = {(edge.type, edge.source, edge.target) for edge in model.edges}
    for rule in mapping.edges:
        if (rule.type, rule.source_label, rule.target_label) not in edges:
            raise KeyError(f"edge rule {rule.rule}: the model has no such edge")
    for parameter in mapping.parameters:
        model.labels[parameter.label].field(parameter.property)
    for member in mapping.lists:
        known = [found for found in model.labels[member.label].lists if found.name == member.list]
        if not known or member.member not in [found.name for found in known[0].members]:
            raise KeyError(f"{member.label}.{member.list} has no {member.member}")


def stored_names(model: Model, label: str) -> set[str]:
    """Every property that nodes of a label can be stored with."""
    found = model.labels[label]
    lists = {
        facts.stored(value, member.name)
        for facts in found.lists
        for value in facts.values
        for member in facts.members
    }
    return {item.name for item in found.properties} | lists


def parameter_columns(mapping: Mapping, table: str) -> tuple[str, ...]:
    """Every `@NAME` that a rule asks of the rows of a table, with what a unit needs beside it."""
    found: dict[str, None] = {}
    for rule in mapping.properties:
        for name in rule.columns if rule.table == table else ():
            found[name] = None
            if rule.transform == "quantity":
                found.update(dict.fromkeys(name + suffix for suffix in OF_UNIT))
    for key in mapping.keys:
        found.update(dict.fromkeys(key.columns if key.table == table else ()))
    for node in mapping.nodes:
        found.update(dict.fromkeys(c.path for c in node.where if node.table == table))
    return tuple(name for name in found if name.startswith("@"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


def _pairs(text: str) -> dict[str, str]:
    return dict(item.split("=", 1) for item in text.split(";") if item)


def _node(row: dict[str, str]) -> NodeRule:
    pairs = _pairs(row["constants"])
    return NodeRule(
        row["table"], row["label"], _words(row["key"]), row["joins"], row["world"],
        {name: value for name, value in pairs.items() if not name.endswith("?")},
        {name[:-1]: value for name, value in pairs.items() if name.endswith("?")},
        parse_all(row["where"]),
    )  # fmt: skip


def _property(row: dict[str, str]) -> PropertyRule:
    return PropertyRule(
        row["table"], _words(row["columns"]), row["label"], row["property"], row["transform"]
    )


def _edge(row: dict[str, str]) -> EdgeRule:
    extra: dict[str, str] = {}
    told = {"flavour": "", "split": ""}
    for word in _words(row["extra"]):
        head, colon, rest = word.partition(":")
        if colon:
            told[head] = rest
        else:
            extra.update(_pairs(word))
    return EdgeRule(
        row["rule"], row["table"], row["from"], row["from_label"], row["type"], row["to"],
        row["to_label"], row["basis"], extra, parse_all(row["where"]), told["flavour"],
        told["split"],
    )  # fmt: skip


def _parameter(row: dict[str, str]) -> ParameterRule:
    words = {name: _words(row[name]) for name in ("key", "value", "also")}
    return ParameterRule(**{**row, **words})  # type: ignore[arg-type]


def _list(row: dict[str, str]) -> ListRule:
    values = dict(item.split("=", 1) for item in _words(row["values"]))
    return ListRule(
        row["table"], _words(row["key"]), row["owner"], row["label"], row["list"],
        row["discriminator"], values, row["column"], row["member"], row["transform"],
    )  # fmt: skip
