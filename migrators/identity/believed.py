"""Whose word counts where records of one thing disagree, read from a table that people edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Belief:
    """The system that is believed first, and a value that says nothing; empty where there is none.

    The columns of `believed.tsv`.
    """

    system: str
    silent: str


@cache
def believed() -> Mapping[tuple[str, str], Belief]:
    """What is believed otherwise than by the order of records, by label and property."""
    rows = read_table("migrators.identity", "believed.tsv")
    return {(row["label"], row["property"]): Belief(row["system"], row["silent"]) for row in rows}


def chosen(label: str, name: str) -> str:
    """The expression of the value that counts, over the rows of one thing.

    Needs the columns `_order`, the lowest first, and `_system`.
    """
    first = f'arg_min("{name}", _order)'
    belief = believed().get((label, name))
    if belief is None:
        return first
    of_system = f"_system = '{belief.system}'" if belief.system else ""
    told = f'"{name}" <> {belief.silent}' if belief.silent else ""
    both = " AND ".join(filter(None, (of_system, told)))
    filters = dict.fromkeys(filter(None, (both, told)))
    return f"coalesce({', '.join([*(f'{first} FILTER ({one})' for one in filters), first])})"
