"""What rows say of the thing they stand for, or belong to: a column, a transform, a property."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ibis.expr.types import Table, Value

from graph.model import Label, Model, PropertyType
from migrators.mapping.lists import listed_values
from migrators.mapping.numbers import in_range, number
from migrators.mapping.paths import Path, parse_ways
from migrators.mapping.recorded import CONVERTING, PROPERTY, as_recorded, said, spoken
from migrators.mapping.rules import FoldRule, PropertyRule
from migrators.mapping.seen import DROPPED, NOTES, TWICE, Notes, is_told
from migrators.mapping.staged import Staged, Widened
from migrators.mapping.transforms import TRANSFORMS, Context
from migrators.mapping.units import converted, crosswalk_of, target
from migrators.mapping.values import OF_UNIT, UNIT
from migrators.mapping.zones import instants

INSTANT = "instant"
"""The one transform that needs more than the row: the zones beside it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that is still a wall clock's: which rule it is of, and the zone of the clock."""

    rule: int
    zone: str | None


def row_properties(
    staged: Staged,
    name: str,
    rules: Sequence[PropertyRule],
    context: Context,
    model: Model,
    fold: FoldRule | None = None,
) -> Table:
    """What rows say of the thing they stand for, or of their owner's: the first row counts."""
    paths = {text: Path.parse(text) for rule in rules for text in rule.columns}
    measured = [text for rule in rules if rule.transform == "quantity" for text in rule.columns]
    paths |= {text + end: Path.parse(text + end) for text in measured for end in OF_UNIT}
    owners = parse_ways(fold.owner if fold else ".")
    wide = staged.widened(name, [*paths.values(), *owners])
    if fold is not None:
        wide.keep_first(owners, fold.key[0])
    reader = _Reader(wide, name, paths, context, model)
    reader.read(rules)
    noted = reader.notes.columns()
    if reader.recorded:
        noted[PROPERTY] = as_recorded(reader.recorded)
    table = wide.table.select(record=wide.owner(owners), **reader.values, **noted)
    for facts in model.labels[rules[0].label].lists if rules else ():
        known = {item: table[item] for item in reader.values}
        table = table.mutate(**listed_values(facts, known))
    return _timed(table, reader.clocks)


class _Reader:
    """The values of a row as its rules make them, what they were before, and what was lost."""

    def __init__(
        self, wide: Widened, name: str, paths: Mapping[str, Path], context: Context, model: Model
    ) -> None:
        self._wide, self._name, self._paths = wide, name, paths
        self._context, self._model = context, model
        self.values: dict[str, Value] = {}
        self.recorded: dict[str, Value] = {}
        self.clocks: dict[str, Clock] = {}
        self.notes = Notes()

    def read(self, rules: Sequence[PropertyRule]) -> None:
        """Add what the rules make of a row.

        Each step is a layer of the statement. In one layer every use of a value would be its whole
        text once more, and a statement of two megabytes takes seconds to plan.
        """
        places = list(enumerate(rules))
        columns = {n: [self._wide.value(self._paths[c]) for c in r.columns] for n, r in places}
        measured = {n: number(columns[n][0]) for n, r in places if r.transform == "quantity"}
        numbers = self._wide.layer("number", measured)
        made = {
            n: self._made(r, columns[n], numbers.get(n))
            for n, r in places
            if r.transform != INSTANT
        }
        made = self._wide.layer("made", made)
        types = types_of(self._model.labels[rules[0].label]) if rules else {}
        kept = {n: in_range(value, types[rules[n].property]) for n, value in made.items()}
        kept = self._wide.layer("kept", kept)
        for place, rule in places:
            if place in kept:
                self._keep(rule, columns[place], kept[place], numbers.get(place))
            else:
                self._clock(place, rule, columns[place])

    def _clock(self, place: int, rule: PropertyRule, columns: list[Value]) -> None:
        self.values[f"wall_{rule.property}"] = columns[0].cast("string")
        zone = _zone(self._wide, self._paths[rule.columns[0]], self._context)
        self.clocks[rule.property] = Clock(place, zone)
        self.notes.lost(is_told(columns), columns, None)  # known when it is an instant

    def _made(self, rule: PropertyRule, columns: list[Value], measured: Value | None) -> Value:
        if measured is None:
            return TRANSFORMS[rule.transform](columns, self._context)
        wanted, silent = target(rule, self._model)
        return converted(measured, self._beside(rule), wanted, silent)

    def _keep(
        self, rule: PropertyRule, columns: list[Value], value: Value, measured: Value | None
    ) -> None:
        """The value of a property, what the source said if that is another, and what was lost."""
        if measured is not None:
            unit = self._beside(rule)[UNIT]
            silent = target(rule, self._model)[1]
            told = spoken(self._place(rule), unit, silent, columns[0], measured, value)
            _put(self.recorded, rule.property, told)
            columns = [columns[0], unit]
        elif rule.transform in CONVERTING:
            self._record(rule, columns[0], value)
        self.notes.value(rule.transform, columns, value)
        _put(self.values, rule.property, value)

    def _beside(self, rule: PropertyRule) -> dict[str, Value]:
        return {end: self._wide.value(Path.parse(rule.columns[0] + end)) for end in OF_UNIT}

    def _record(self, rule: PropertyRule, raw: Value, value: Value) -> None:
        """Keep what the source said beside a value that was converted."""
        crosswalk = crosswalk_of(rule, self._model)
        always = rule.transform == "unswap"
        told = said(self._place(rule), crosswalk, raw, value, always=always)
        _put(self.recorded, rule.property, told)

    def _place(self, rule: PropertyRule) -> str:
        return f"{self._name}.{','.join(rule.columns[:1]).removeprefix('@')}"


def _timed(table: Table, clocks: Mapping[str, Clock]) -> Table:
    """Wall clocks to instants, with a note of those that are none and those that came twice."""
    for name, clock in clocks.items():
        table = instants(table, f"wall_{name}", name, clock.zone, f"twice_{name}")
    notes = Notes()
    for name, clock in clocks.items():
        wall = table[f"wall_{name}"]
        told = is_told([wall])
        if told is not None:
            notes.note(clock.rule, told & table[name].isnull(), [wall], DROPPED)
        if clock.zone is not None and told is not None:
            notes.note(clock.rule, table[f"twice_{name}"], [wall], TWICE)
    before = table[NOTES] if NOTES in table.columns else None
    helpers = [f"{head}_{name}" for name in clocks for head in ("wall", "twice")]
    return table.mutate(**notes.columns(before)).drop(*helpers) if helpers else table


def types_of(label: Label) -> dict[str, PropertyType]:
    """The type of every property of a label, members of lists included."""
    found: dict[str, PropertyType] = {item.name: item.type for item in label.properties}
    for facts in label.lists:
        for value in facts.values:
            found |= {facts.stored(value, item.name): item.type for item in facts.members}
    return found


def _put(values: dict[str, Value], name: str, value: Value) -> None:
    """Of two columns that tell one property the first that has a value counts."""
    known = values.get(name)
    values[name] = value if known is None else known.coalesce(value)


def _zone(wide: Widened, path: Path, context: Context) -> str | None:
    """A TIMESTAMP was rendered in UTC; any other time is the wall clock of the facility."""
    return None if wide.kind(path) == "timestamp" else context.zone
