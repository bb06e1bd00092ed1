"""Whose word counts where records of one thing disagree, read from a table that people edit."""

from collections.abc import Mapping
from functools import cache

from ontologies.tables import read_table


@cache
def believed() -> Mapping[tuple[str, str], str]:
    """The system that is believed first, by label and property."""
    rows = read_table("migrators.identity", "believed.tsv")
    return {(row["label"], row["property"]): row["system"] for row in rows}


def chosen(label: str, name: str) -> str:
    """The expression of the value that counts, over the rows of one thing.

    Needs the columns `_order`, the lowest first, and `_system`.
    """
    first = f'arg_min("{name}", _order)'
    system = believed().get((label, name))
    if system is None:
        return first
    return f"coalesce({first} FILTER (_system = '{system}'), {first})"
