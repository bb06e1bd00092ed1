"""The account of a run as lines for a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from migrators.report.account import Account
from migrators.report.coverage import FATES
from migrators.report.disagreements import Conflict

ROWS = ("read", "mapped", "folded", "excluded", "refused", "not_mapped")
HEADS = ("read", "mapped", "folded", "left out", "refused", "undecided")
LINKS = ("values", "edges", "one", "folded", "dangling", "open")
VALUES = ("told", "kept", "dropped")
SHOWN = 20


def account_lines(account: Account, *, whole: bool = False) -> Iterator[str]:
    """Every table that has rows, what was refused, and what was written.

    Parameters
    ----------
    whole
        With what became of every column and every reference.
    """
    zone = account.zone or "UTC assumed: give --timezone to say otherwise"
    yield f"{account.source}: {account.system}, {account.flavour} flavour, {account.facility}"
    yield f"run {account.run}, times in {zone}"
    yield ""
    yield from _tables(account)
    yield ""
    for refusal in account.refusals[:SHOWN]:
        yield f"refused {refusal['table']} {refusal['key']}: {refusal['reason']}"
    if len(account.refusals) > SHOWN:
        yield f"and {len(account.refusals) - SHOWN} more refused rows"
    for link, count in account.danglers.items():
        yield f"{count} rows lead nowhere by {link}"
    for warning in account.warnings:
        yield f"warning: {warning['what']}, {warning['count']} times"
        yield from (f"  {example}" for example in warning["examples"][:5])
    yield from _coverage(account, whole=whole)
    if whole:
        yield from _links(account)
    yield from _values(account, whole=whole)
    if account.views:
        yield f"views, listed and not copied: {', '.join(account.views)}"
    yield f"left out at the source: {', '.join(account.withheld) or 'nothing'}"
    yield from _written(account)


def _tables(account: Account) -> Iterator[str]:
    yield f"{'table':34}" + "".join(f"{name:>10}" for name in HEADS)
    for name, table in sorted(account.tables.items()):
        if table.read:
            yield f"{name:34}" + "".join(f"{getattr(table, row):>10}" for row in ROWS)
    totals = account.totals()
    yield f"{'all':34}" + "".join(f"{totals[row]:>10}" for row in ROWS)


def _coverage(account: Account, *, whole: bool) -> Iterator[str]:
    """What becomes of every column: by table where all is asked for, and the sum."""
    counts: dict[str, dict[str, int]] = {}
    for item in account.coverage:
        table = counts.setdefault(item["table"], {})
        table[item["fate"]] = table.get(item["fate"], 0) + 1
    yield f"{'columns of':34}" + "".join(f"{fate:>10}" for fate in FATES)
    for name, found in sorted(counts.items()) if whole else ():
        yield f"{name:34}" + "".join(f"{found.get(fate, 0):>10}" for fate in FATES)
    sums = [sum(found.get(fate, 0) for found in counts.values()) for fate in FATES]
    yield f"{'all':34}" + "".join(f"{number:>10}" for number in sums)
    for item in account.coverage:
        if item["fate"] == "undecided":
            yield f"nobody has decided about {item['table']}.{item['column']}: {item['why']}"
    yield ""


def _links(account: Account) -> Iterator[str]:
    """What became of the values of every reference."""
    if not account.links:
        return
    yield f"{'references by':50}" + "".join(f"{name:>10}" for name in LINKS)
    for link in account.links:
        place = f"{link['table']}.{link['column']}"
        yield f"{place:50}" + "".join(f"{link[name]:>10}" for name in LINKS)
    sums = [sum(link[name] for link in account.links) for name in LINKS]
    yield f"{'all':50}" + "".join(f"{number:>10}" for number in sums)
    yield ""


def _values(account: Account, *, whole: bool) -> Iterator[str]:
    """Every column of which values are dropped, and why; with all others where all is asked for."""
    if not account.values:
        return
    yield f"{'values of':50}" + "".join(f"{name:>10}" for name in VALUES)
    for item in account.values:
        if whole or item["dropped"]:
            place = f"{item['table']}.{item['column']}"
            yield f"{place:50}" + "".join(f"{item[name]:>10}" for name in VALUES)
        yield from _drops(item)
    totals = account.totals()
    yield f"{'all':50}" + "".join(f"{totals[f'values_{name}']:>10}" for name in VALUES)
    yield ""


def _drops(item: dict[str, Any]) -> Iterator[str]:
    for drop in item["reasons"]:
        told = ", ".join(f"{one['value']!r} of {one['record']}" for one in drop["examples"])
        yield f"  {drop['count']} dropped: {drop['why'] or 'nobody has stated why'} ({told})"
    if item["twice"]:
        yield f"  {item['twice']} times came twice that night: the earlier is taken"


def _written(account: Account) -> Iterator[str]:
    if account.imports:
        told = account.imports
        yield f"{told['nodes']} nodes and {told['edges']} edges in {told['folder']}; run"
        yield told["command"]
        return
    totals, written = account.totals(), account.written
    yield (
        f"graph: {totals['nodes_written']} nodes and {totals['edges_written']} edges written, "
        f"{totals['nodes_gone']} and {totals['edges_gone']} taken away, "
        f"{written.nodes_unchanged} and {written.edges_unchanged} unchanged"
    )
    if written.withdrawn:
        yield f"withdrawn, because they are named elsewhere: {sum(written.withdrawn.values())}"


def conflict_lines(conflicts: Sequence[Conflict]) -> Iterator[str]:
    """Where records of one thing disagree."""
    for item in conflicts:
        yield f"records disagree about {item.label}.{item.property} of {item.count} things"
        yield from (f"  {example}" for example in item.examples[:3])
