"""Values with a unit of their own, in the unit of the property they become."""

from collections.abc import Mapping

import ibis
from ibis.expr.types import Value

from graph.model import Model
from migrators.mapping.rules import PropertyRule
from migrators.mapping.values import BASE, DIMENSION, UNIT
from ontologies import quantities
from ontologies.units import Unit, units

DIGITS = 12
"""Behind the point: 0.4 mm is 400 µm, not 400.00000000000006."""


def target(rule: PropertyRule, model: Model) -> tuple[str, str]:
    """The unit in which a property is stored, and the one a silent source means."""
    unit, crosswalk = _known(rule, model)
    quantity = quantities().get(crosswalk)
    return unit, (quantity.icat_unit if quantity else "") or unit


def crosswalk_of(rule: PropertyRule, model: Model) -> str:
    """The row of the crosswalk that a property belongs to."""
    return _known(rule, model)[1]


def _known(rule: PropertyRule, model: Model) -> tuple[str, str]:
    label = model.labels[rule.label]
    known = {item.name: (item.unit, item.crosswalk) for item in label.properties}
    for facts in label.lists:
        for value in facts.values:
            for item in facts.members:
                known[facts.stored(value, item.name)] = (item.unit, item.crosswalk)
    return known[rule.property]


def converted(value: Value, beside: Mapping[str, Value], wanted: str, silent: str) -> Value:
    """A number in the wanted unit; null where it is none, or the unit is strange.

    What comes may be infinite: the range of the property it becomes takes that away.

    Parameters
    ----------
    beside
        What `migrators.mapping.values` tells beside the value: unit, base, dimension.
    silent
        The unit that a source means which names none.
    """
    unit, dimension = (beside[name].cast("string") for name in (UNIT, DIMENSION))
    base = beside[BASE].cast("float64")
    goal = units().get(wanted) or Unit(wanted, wanted, 1.0, 0.0)
    meant = units().get(silent, goal)
    return ibis.cases(
        (unit.isnull(), _between(value, meant, goal)),
        (ibis.literal(wanted) == unit, value),
        (ibis.literal(goal.dimension) == dimension, _from_base(base, goal, value)),
        else_=ibis.null("float64"),
    )


def _between(value: Value, meant: Unit, goal: Unit) -> Value:
    if meant.spelling == goal.spelling:
        return value
    return (value * (meant.factor / goal.factor)).round(DIGITS)


def _from_base(base: Value, goal: Unit, value: Value) -> Value:
    told = ((base - goal.offset) / goal.factor).round(DIGITS)
    return value.isnull().ifelse(ibis.null("float64"), told)
