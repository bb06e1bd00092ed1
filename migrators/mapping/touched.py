"""Which columns of a source the rules of its mapping read."""

from collections.abc import Iterable, Iterator
from functools import cache

from migrators.mapping.paths import Path, parse_ways
from migrators.mapping.rules import EdgeRule, Mapping, NodeRule
from migrators.mapping.world import World

Place = tuple[str, str]
"""A table and a column of it."""


@cache
def touched(mapping: Mapping) -> frozenset[Place]:
    """Every place that a rule reads, in lower case."""
    found = {*_nodes(mapping), *_rows(mapping), *_edges(mapping)}
    return frozenset((table.lower(), column.lower()) for table, column in found)


@cache
def joining(mapping: Mapping) -> frozenset[Place]:
    """The links over which an edge is made, or two rows tell of one thing, in lower case."""
    found: set[Place] = set()
    for node in mapping.nodes:
        found.update(_joins(mapping, node))
    for edge in mapping.edges:
        for text in (edge.source, edge.target):
            found.update(_links(mapping, edge.table, text))
    return frozenset((table.lower(), column.lower()) for table, column in found)


def _nodes(mapping: Mapping) -> Iterator[Place]:
    for rule in mapping.nodes:
        yield from ((rule.table, name) for name in rule.key)
        yield from _joins(mapping, rule)
        if rule.world:
            yield from _all(mapping, rule.table, World.parse(rule.world).columns)
        for condition in rule.where:
            yield from _along(mapping, rule.table, condition.path)
            yield from ((place.split(".")[0], place.split(".")[1]) for place in condition.places)


def _joins(mapping: Mapping, rule: NodeRule) -> Iterator[Place]:
    if ":" in rule.joins:
        table, column = rule.joins.split(":")[1].split(".")
        yield table, column
    elif rule.joins:
        yield from _links(mapping, rule.table, rule.joins)


def _rows(mapping: Mapping) -> Iterator[Place]:
    for item in mapping.properties:
        yield from _all(mapping, item.table, item.columns)
    for key in mapping.keys:
        yield from _all(mapping, key.table, key.columns)
    for fold in mapping.folded:
        yield from ((fold.table, name) for name in fold.key)
        yield from _along(mapping, fold.table, fold.owner)
    for member in mapping.lists:
        yield from ((member.table, name) for name in member.key)
        columns = (member.owner, member.discriminator, member.column)
        yield from _all(mapping, member.table, columns)
    for value in mapping.parameters:
        told = (*value.key, value.owner, value.name, *value.value, *value.also)
        yield from _all(mapping, value.table, told)
        if value.unit and ">" in value.name:
            yield Path.parse(value.name).steps[0].table, value.unit
    for total in mapping.totals:
        yield from _all(mapping, total.table, (total.owner, total.column))


def _edges(mapping: Mapping) -> Iterator[Place]:
    for rule in mapping.edges:
        paths = [rule.source, *rule.extra.values(), rule.split, *_targets(rule)]
        yield from _all(mapping, rule.table, [*paths, *(item.path for item in rule.where)])


def _targets(rule: EdgeRule) -> Iterable[str]:
    return World.parse(rule.target[1:]).columns if rule.target.startswith("=") else (rule.target,)


def _all(mapping: Mapping, table: str, texts: Iterable[str]) -> Iterator[Place]:
    for text in texts:
        yield from _along(mapping, table, text)


def _along(mapping: Mapping, table: str, text: str) -> Iterator[Place]:
    """Every place that the paths of a text pass."""
    for path in parse_ways(text):
        yield from _steps(mapping, table, path)
        if path.column:
            yield path.steps[-1].table if path.steps else table, path.column


def _links(mapping: Mapping, table: str, text: str) -> Iterator[Place]:
    for path in () if text.startswith("=") else parse_ways(text):
        yield from _steps(mapping, table, path)


def _steps(mapping: Mapping, table: str, path: Path) -> Iterator[Place]:
    for step in path.steps:
        yield table, step.column
        yield (
            step.table,
            (step.there or step.column) if step.back else mapping.key_of(step.table)[0],
        )
        table = step.table
