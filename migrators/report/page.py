"""The account as one page: for whoever signs that the old databases can be switched off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migrators.report.account import Account, TableAccount
from migrators.report.coverage import FATES
from migrators.report.disagreements import Conflict

ROWS = ("mapped", "folded", "excluded", "refused", "not_mapped")
LINKS = ("edges", "one", "folded", "dangling", "open")
VALUES = ("kept", "dropped")
WORDS = {
    "dropped": "became none in the graph",
    "mapped": "records of their own", "folded": "folded into another record",
    "excluded": "left out, for a written reason", "refused": "refused",
    "not_mapped": "nobody has decided", "edges": "became an edge",
    "one": "lead to a row of the same thing", "dangling": "lead nowhere", "open": "lost",
    "kept": "stand in the record", "left out": "left out, for a written reason",
    "withheld": "never staged, for a written reason", "undecided": "nobody has decided",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of a bar: its name, how many, and its width in per cent."""

    name: str
    word: str
    count: int
    width: float


def bars(counts: dict[str, int], names: Sequence[str]) -> list[Bar]:
    """The shares of a whole, those of nothing left out."""
    whole = sum(counts.get(name, 0) for name in names) or 1
    return [
        Bar(name, WORDS.get(name, name), counts[name], 100 * counts[name] / whole)
        for name in names
        if counts.get(name)
    ]


def page(accounts: Sequence[Account], conflicts: Sequence[Conflict], taken: str) -> str:
    """One self-contained HTML page about the newest runs."""
    environment = Environment(
        loader=PackageLoader("migrators.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = lambda value: f"{value:,}"
    template = environment.get_template("page.html")
    return template.render(
        sources=[_source(item) for item in accounts], conflicts=conflicts, taken=taken
    )


def _source(account: Account) -> dict[str, Any]:
    totals = account.totals()
    whole = sum(totals[name] for name in ROWS)
    links = Counter({name: sum(item[name] for item in account.links) for name in LINKS})
    fates = Counter(item["fate"] for item in account.coverage)
    return {
        "account": account,
        "totals": totals,
        "balanced": totals["read"] == whole and not totals["not_mapped"],
        "rows": bars(totals, ROWS),
        "tables": [(name, item, bars(_counts(item), ROWS)) for name, item in _filled(account)],
        "empty": sorted(name for name, item in account.tables.items() if not item.read),
        "links": bars(links, LINKS),
        "link_count": sum(links.values()),
        "lost": [item for item in account.links if item["dangling"] or item["open"]],
        "columns": bars(fates, FATES),
        "column_count": len(account.coverage),
        "undecided": [item for item in account.coverage if item["fate"] == "undecided"],
        "reasons": _reasons(account),
        "values": bars(
            {"kept": totals["values_kept"], "dropped": totals["values_dropped"]}, VALUES
        ),
        "dropped": [item for item in account.values if item["dropped"] or item["twice"]],
    }


def _filled(account: Account) -> list[tuple[str, TableAccount]]:
    found = [(name, item) for name, item in account.tables.items() if item.read]
    return sorted(found, key=lambda told: (-told[1].read, told[0]))


def _counts(item: TableAccount) -> dict[str, int]:
    return {name: int(getattr(item, name)) for name in ROWS}


def _reasons(account: Account) -> list[tuple[str, list[str]]]:
    """What is left out or never staged, by the reason, the commonest first."""
    found: dict[str, list[str]] = {}
    for item in account.coverage:
        if item["why"] and item["fate"] in ("left out", "withheld"):
            found.setdefault(item["why"], []).append(f"{item['table']}.{item['column']}")
    return sorted(found.items(), key=lambda told: (-len(told[1]), told[0]))
