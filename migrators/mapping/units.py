"""Values with a unit of their own, in the unit of the property they become."""

import ibis
from ibis.expr.types import Value

from graph.model import Model
from migrators.mapping.rules import PropertyRule
from migrators.mapping.transforms import number
from ontologies import quantities
from ontologies.units import Unit, units


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


def converted(raw: Value, unit: Value, wanted: str, silent: str) -> Value:
    """The value in the wanted unit; null where it is no finite number, or the unit is strange.

    Parameters
    ----------
    unit
        What the source says the unit is; where it says nothing, `silent` holds.
    """
    value = number(raw)
    finite = ~(value.isinf() | value.isnan())
    value = finite.ifelse(value, ibis.null("float64"))
    goal = units().get(wanted) or Unit(wanted, wanted, 1.0, 0.0)
    spelled = ibis.coalesce(unit.cast("string"), silent or wanted)
    cases = []
    for item in units().values():
        if item.dimension == goal.dimension:
            factor = item.factor / goal.factor
            offset = (item.offset - goal.offset) / goal.factor
            told = value if (factor, offset) == (1.0, 0.0) else _scaled(value, factor, offset)
            cases.append((spelled == item.spelling, told))
    return ibis.cases(*cases, else_=ibis.null("float64")) if cases else value


def _scaled(value: Value, factor: float, offset: float) -> Value:
    """Rounded to twelve digits behind the point: 0.4 mm is 400 µm, not 400.00000000000006."""
    return (value * factor + offset).round(12)
