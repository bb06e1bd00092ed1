"""What a migration would write, read from its own files: for tests that need no engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from graph.model import default_model
from migrators.identity import Wanted
from migrators.report.account import Account
from migrators.run import Order, migrate

Edge = tuple[str, str, str]


@dataclass(frozen=True)
class Told:
    """Nodes by label and id, edges by type and ends."""

    nodes: dict[str, dict[str, dict[str, Any]]]
    edges: dict[Edge, dict[str, Any]]
    account: Account

    def ends(self, kind: str, start: str) -> set[str]:
        """What edges of a type lead to from a node."""
        return {to for type_, source, to in self.edges if (type_, source) == (kind, start)}

    def of(self, record: str, label: str) -> str:
        """What a record describes."""
        prefix = label.lower() + ":"
        (found,) = [to for to in self.ends("DESCRIBES", record) if to.startswith(prefix)]
        return found


def told(folder: Path, *orders: Order) -> Told:
    """Migrate sources in that order and read what the graph should hold."""
    account: Account | None = None
    for order in orders:
        account = migrate(order, None, folder, default_model(), lambda *_: None)
    assert account is not None
    return held(folder, account)


def held(folder: Path, account: Account) -> Told:
    """What the graph should hold, as a data directory says."""
    wanted = Wanted.load(folder / "wanted")
    nodes = {
        label: {row["id"]: row for row in rows(wanted.nodes_sql(label))} for label in wanted.labels
    }
    edges = {(row["type"], row["from_id"], row["to_id"]): row for row in rows(wanted.edges_sql())}
    return Told(nodes, edges, account)


def rows(query: str) -> list[dict[str, Any]]:
    """The rows of a query, without what is null."""
    with duckdb.connect() as db:
        found = db.execute(query)
        names = [item[0] for item in found.description or ()]
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in found.fetchall()
        ]
