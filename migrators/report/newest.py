"""The newest state of all sources, for reports: what a run itself need not find out every day."""

import json
from dataclasses import replace
from pathlib import Path

from graph.model import Model, default_model
from migrators.identity import Wanted
from migrators.mapping import Mapped
from migrators.mapping.facilities import mapping_of
from migrators.named_sources import known_snapshot
from migrators.origins import origins_of
from migrators.report.account import Account
from migrators.report.conflicts import conflicts_file
from migrators.report.links import links_of
from migrators.report.values import values_of
from migrators.systems import SYSTEMS


def newest_accounts(data_dir: Path) -> list[Account]:
    """The account of the newest run of every source."""
    found: dict[str, Account] = {}
    for path in sorted((data_dir / "runs").glob("run-*.json")):
        account = Account.from_json(json.loads(path.read_text(encoding="utf-8")))
        found[account.source] = account
    return [with_links(data_dir, account) for _, account in sorted(found.items())]


def with_links(data_dir: Path, account: Account) -> Account:
    """An account with what became of every reference and every value.

    A run that maps only what changed leaves that to whoever asks; it is known of the newest
    snapshot alone.
    """
    snapshot = known_snapshot(data_dir, account.source)
    if account.links or snapshot is None or snapshot.taken != account.taken:
        return account
    mapping = mapping_of(snapshot)
    known = SYSTEMS[snapshot.system].known_links(snapshot.flavour)
    mapped = Mapped.load(snapshot.folder)
    links = links_of(snapshot, mapping, mapped, known)
    values = values_of(mapping, mapped, default_model())
    return replace(
        account,
        links=[item.as_json() for item in links],
        values=[item.as_json() for item in values],
    )


def conflicts_now(data_dir: Path, model: Model) -> Path | None:
    """The file of all that records of one thing disagree about at present."""
    wanted = Wanted.load(data_dir / "wanted")
    return conflicts_file(lambda: origins_of(data_dir, None, model), wanted, model)
