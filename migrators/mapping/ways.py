"""Over which links the outcome of a row can depend on another row, read from the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from migrators.mapping.conditions import Condition
from migrators.mapping.paths import Path, Step, parse_ways
from migrators.mapping.rules import EdgeRule, Mapping, NodeRule
from migrators.mapping.world import World


@dataclass(frozen=True, slots=True)
class Hop:
    """One link: `near` of the table before equals `there` of this one."""

    near: str
    table: str
    there: str


@dataclass(frozen=True, slots=True)
class Way:
    """Links from the rows of a table; the first may start at a list kept as text."""

    table: str
    hops: tuple[Hop, ...]
    split: bool = False
    where: tuple[Condition, ...] = ()


@cache
def ways(mapping: Mapping) -> tuple[Way, ...]:
    """Every way, and every beginning of one, over which a row's outcome can depend on another."""
    found: dict[Way, None] = {}
    for way in (*_of_nodes(mapping), *_of_rows(mapping), *_of_edges(mapping)):
        for length in range(1, len(way.hops) + 1):
            found[Way(way.table, way.hops[:length], way.split, way.where)] = None
    return tuple(found)


@cache
def groups(mapping: Mapping) -> tuple[Way, ...]:
    """The ways to owners on whom rows are summed up, or of whose rows only the first counts."""
    texts = {(rule.table, rule.owner) for rule in mapping.lists}
    texts |= {(rule.table, rule.owner) for rule in mapping.parameters}
    texts |= {(rule.table, rule.owner) for rule in mapping.totals}
    spoken = {rule.table for rule in mapping.properties}
    texts |= {(rule.table, rule.owner) for rule in mapping.folded if rule.table in spoken}
    return tuple(
        Way(table, _hops(mapping, path))
        for table, text in sorted(texts)
        for path in parse_ways(text)
        if path.steps
    )


def _of_nodes(mapping: Mapping) -> Iterator[Way]:
    for rule in mapping.nodes:
        if ":" in rule.joins:
            table, column = rule.joins.split(":")[1].split(".")
            back = Hop(rule.key[0], table, column)
            yield Way(rule.table, (back,))
            first = next(item for item in mapping.nodes if item.table == table)
            for way in _ways(mapping, table, _world(first)):
                yield Way(rule.table, (back, *way.hops))
        elif rule.joins:
            yield from _ways(mapping, rule.table, [rule.joins])
        yield from _ways(mapping, rule.table, _world(rule))
        yield from _conditions(mapping, rule.table, rule.where)


def _world(rule: NodeRule) -> tuple[str, ...]:
    return World.parse(rule.world).columns if rule.world else ()


def _conditions(mapping: Mapping, table: str, where: Iterable[Condition]) -> Iterator[Way]:
    for item in where:
        yield from _ways(mapping, table, [item.path])
        for place in item.places:
            there, column = place.split(".")
            yield Way(table, (Hop(mapping.key_of(table)[0], there, column),))


def _of_rows(mapping: Mapping) -> Iterator[Way]:
    for item in mapping.properties:
        yield from _ways(mapping, item.table, item.columns)
    for key in mapping.keys:
        yield from _ways(mapping, key.table, key.columns)
    for fold in mapping.folded:
        yield from _ways(mapping, fold.table, [fold.owner])
    for member in mapping.lists:
        yield from _ways(mapping, member.table, [member.owner, member.discriminator, member.column])
    for value in mapping.parameters:
        yield from _ways(mapping, value.table, [value.owner, value.name])
    for total in mapping.totals:
        yield from _ways(mapping, total.table, [total.owner])


def _of_edges(mapping: Mapping) -> Iterator[Way]:
    for rule in mapping.edges:
        texts = [rule.source, *rule.extra.values(), *_target(rule)]
        for way in _ways(mapping, rule.table, texts):
            listed = bool(rule.split) and way.hops[0].near == rule.split
            yield Way(way.table, way.hops, listed, rule.where if listed else ())
        yield from _conditions(mapping, rule.table, rule.where)


def _target(rule: EdgeRule) -> tuple[str, ...]:
    return World.parse(rule.target[1:]).columns if rule.target.startswith("=") else (rule.target,)


def _ways(mapping: Mapping, table: str, texts: Iterable[str]) -> Iterator[Way]:
    for text in texts:
        for path in parse_ways(text):
            hops = _hops(mapping, path)
            end = path.steps[-1].table if path.steps else table
            if path.column.startswith("@"):
                yield from (Way(table, (*hops, *more)) for more in _parameters(mapping, end))
            elif hops:
                yield Way(table, hops)


def _hops(mapping: Mapping, path: Path) -> tuple[Hop, ...]:
    return tuple(hop_of(mapping, step) for step in path.steps)


def hop_of(mapping: Mapping, step: Step) -> Hop:
    """The link of a step of a path, with the columns on both sides."""
    there = (step.there or step.column) if step.back else mapping.key_of(step.table)[0]
    return Hop(step.column, step.table, there)


def _parameters(mapping: Mapping, owner: str) -> Iterator[tuple[Hop, ...]]:
    """From a row to its parameters, and to what their types are called."""
    for rule in mapping.parameters:
        step = Path.parse(rule.owner).steps[0]
        if step.table == owner:
            own = Hop(mapping.key_of(owner)[0], rule.table, step.column)
            yield (own,)
            for path in parse_ways(rule.name):
                if path.steps:
                    yield (own, *_hops(mapping, path))
