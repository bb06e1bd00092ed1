"""The rule of tables whose rows are one named value each, such as the parameters of ICAT."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """Every row of a folded table is one named value of its owner.

    `value` names columns of which the first that has one counts; `unit` the column that says
    in which unit it is, where the source says so; `property` is where all of an owner stand.
    """

    table: str
    key: tuple[str, ...]
    owner: str
    label: str
    property: str
    name: str
    value: tuple[str, ...]
    unit: str = ""
    also: tuple[str, ...] = ()
