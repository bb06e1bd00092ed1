"""The account of a run as lines for a person."""

from collections.abc import Iterator

from migrators.report.account import Account


def account_lines(account: Account) -> Iterator[str]:
    """Every table that has rows, what was refused, and what was written."""
    zone = account.zone or "UTC assumed: give --timezone to say otherwise"
    yield f"{account.source}: {account.system}, {account.flavour} flavour, {account.facility}"
    yield f"run {account.run}, times in {zone}"
    yield ""
    yield f"{'table':34}{'read':>9}{'mapped':>9}{'folded':>9}{'refused':>9}{'not mapped':>12}"
    for name, table in sorted(account.tables.items()):
        if table.read:
            numbers = f"{table.read:>9}{table.mapped:>9}{table.folded:>9}{table.refused:>9}"
            yield f"{name:34}{numbers}{table.not_mapped:>12}"
    totals = account.totals()
    numbers = "".join(f"{totals[name]:>9}" for name in ("read", "mapped", "folded", "refused"))
    yield f"{'all':34}{numbers}{totals['not_mapped']:>12}"
    yield ""
    for refusal in account.refusals[:20]:
        yield f"refused {refusal['table']} {refusal['key']}: {refusal['reason']}"
    if len(account.refusals) > 20:
        yield f"and {len(account.refusals) - 20} more refused rows"
    for link, count in account.danglers.items():
        yield f"{count} rows lead nowhere by {link}"
    for warning in account.warnings:
        yield f"warning: {warning['what']}, {warning['count']} times"
        yield from (f"  {example}" for example in warning["examples"][:5])
    yield f"left out at the source: {', '.join(account.withheld) or 'nothing'}"
    yield (
        f"graph: {totals['nodes_written']} nodes and {totals['edges_written']} edges written, "
        f"{totals['nodes_gone']} and {totals['edges_gone']} taken away, "
        f"{account.written.nodes_unchanged} and {account.written.edges_unchanged} unchanged"
    )
