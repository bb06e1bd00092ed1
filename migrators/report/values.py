"""Every value that a source tells, by the column it stands in: kept, or dropped and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import duckdb

from graph.model import Model
from migrators.mapping import Mapped
from migrators.mapping import Mapping as Rules
from migrators.mapping.seen import BITS, DROPPED, NOTES, TOLD, TWICE, places
from ontologies.tables import read_table

EXAMPLES = 3

NOTED = """
SELECT rule, fate, {why} AS why, count(*) AS n,
  arg_min({{'record': record, 'value': raw}}, record || raw, {examples}) AS examples
FROM (SELECT record, unnest("{notes}", recursive := true) FROM ({rows}) WHERE "{notes}" IS NOT NULL)
GROUP BY ALL ORDER BY ALL"""


@dataclass
class Drops:
    """Values that became none for one reason; without `why` where nobody has stated one."""

    why: str
    count: int
    examples: list[dict[str, str]]


@dataclass
class ValueAccount:
    """What a source tells in one column of one property: `told` is `kept` and `dropped`.

    A time that the clock showed twice is kept, as the earlier instant, and counted as `twice`.
    """

    table: str
    column: str
    label: str
    property: str
    transform: str
    told: int = 0
    dropped: int = 0
    twice: int = 0
    reasons: list[Drops] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For machines, with how many were kept, and how many dropped though nobody says why."""
        unstated = sum(item.count for item in self.reasons if not item.why)
        return {**asdict(self), "kept": self.told - self.dropped, "unstated": unstated}


def values_of(mapping: Rules, mapped: Mapped, model: Model) -> list[ValueAccount]:
    """The account of all values of a source, as its tables stand now, whichever run mapped them."""
    found: list[ValueAccount] = []
    with duckdb.connect(config={"memory_limit": "700MB"}) as db:
        for label in model.labels:
            for name in mapped.chain.names(f"told-{label}-"):
                rules = places(mapping, label, name.split("-", 2)[2])
                told = [ValueAccount(p.table, ",".join(p.columns), p.label, p.property, p.transform)
                        for p in rules]  # fmt: skip
                _count(db, mapped.sql(name), told)
                found += [item for item in told if item.told]
    return found


def _count(db: duckdb.DuckDBPyConnection, rows: str, told: Sequence[ValueAccount]) -> None:
    there = {str(row[0]) for row in db.execute(f"DESCRIBE {rows}").fetchall()}
    bits = [
        f'count(*) FILTER ("{TOLD}{at // BITS}" & {1 << at % BITS} <> 0)'
        if f"{TOLD}{at // BITS}" in there else "0"
        for at in range(len(told))
    ]  # fmt: skip
    if bits:
        counts = db.execute(f"SELECT {', '.join(bits)} FROM ({rows})").fetchone() or ()
        for item, count in zip(told, counts, strict=True):
            item.told = int(count)
    if NOTES in there:
        words = {"why": _why(told), "notes": NOTES, "rows": rows, "examples": EXAMPLES}
        for rule, fate, why, count, examples in db.execute(NOTED.format(**words)).fetchall():
            if fate == TWICE:
                told[rule].twice += count
            elif fate == DROPPED:
                told[rule].dropped += count
                told[rule].reasons.append(Drops(why, count, examples))


def _why(told: Sequence[ValueAccount]) -> str:
    """An expression that gives the reason of a note; empty where none is stated."""
    cases = [
        f"WHEN rule IN ({', '.join(map(str, at))}) AND regexp_matches(raw, {_text(text)}) "
        f"THEN {_text(why)}"
        for rules, text, why in reasons()
        if (at := [place for place, item in enumerate(told) if _speaks(rules, item)])
    ]
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"


def _speaks(rules: Sequence[str], item: ValueAccount) -> bool:
    return bool({"*", item.transform, f"{item.table}.{item.column}"} & set(rules))


@cache
def reasons() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """Every stated reason: of which rules, what the text is like, and why."""
    return tuple(
        (tuple(row["rules"].split(",")), f"(?i){row['text']}", row["why"])
        for row in read_table("migrators.report", "drops.tsv")
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def unstated(values: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The columns with drops that nobody has stated a reason of, and what is dropped there."""
    for item in values:
        if item["unstated"]:
            first = next(drop["examples"][0] for drop in item["reasons"] if not drop["why"])
            detail = (
                f"{item['unstated']} of {item['told']} values are none in the graph, for no stated "
                f"reason, such as {first['value']!r} of {first['record']}"
            )
            yield item, detail
