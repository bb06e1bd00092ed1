"""The account of a run: every row of the source, and where it went."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

from graph.values import instant_text
from migrators.load.load import Written
from migrators.mapping import Mapped, Mapping
from migrators.mapping.touched import Place
from migrators.report.coverage import coverage, excluded
from migrators.staging import Snapshot


@dataclass
class TableAccount:
    """Where the rows of one table went."""

    read: int
    mapped: int = 0
    folded: int = 0
    refused: int = 0
    excluded: int = 0

    @property
    def not_mapped(self) -> int:
        """Rows that are staged but of which nobody has decided anything."""
        return self.read - self.mapped - self.folded - self.refused - self.excluded


@dataclass
class Account:
    """What one run did."""

    run: str
    source: str
    system: str
    flavour: str
    facility: str
    zone: str | None
    started: str
    taken: str
    """When the snapshot was taken that the run is about."""
    tables: dict[str, TableAccount]
    withheld: list[str]
    views: list[str]
    refusals: list[dict[str, str]]
    danglers: dict[str, int]
    written: Written = field(default_factory=Written)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, dict[str, int | bool]] = field(default_factory=dict)
    """What came, went and became another since the snapshot before, table by table."""
    coverage: list[dict[str, str]] = field(default_factory=list)
    """Every column of the source, and what becomes of it."""
    links: list[dict[str, Any]] = field(default_factory=list)
    """Every reference of the source that has values, and what became of them."""
    values: list[dict[str, Any]] = field(default_factory=list)
    """Every column that becomes a property: values told, kept and dropped, and why."""
    imports: dict[str, Any] = field(default_factory=dict)
    """Files that were written for a person to import, and the command that does it."""

    def as_json(self) -> dict[str, Any]:
        """For machines and for the LoadRun node."""
        told = asdict(self)
        told["totals"] = self.totals()
        return told

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Account":
        """The account that `as_json` wrote."""
        known = {name: value for name, value in told.items() if name != "totals"}
        known["tables"] = {name: TableAccount(**item) for name, item in told["tables"].items()}
        known["written"] = Written(**told["written"])
        return cls(**known)

    def totals(self) -> dict[str, int]:
        """Rows of all tables together, nodes and edges written."""
        tables = self.tables.values()
        return {
            "read": sum(item.read for item in tables),
            "mapped": sum(item.mapped for item in tables),
            "folded": sum(item.folded for item in tables),
            "refused": sum(item.refused for item in tables),
            "excluded": sum(item.excluded for item in tables),
            "not_mapped": sum(item.not_mapped for item in tables),
            "values_told": sum(item["told"] for item in self.values),
            "values_kept": sum(item["kept"] for item in self.values),
            "values_dropped": sum(item["dropped"] for item in self.values),
            "nodes_written": sum(self.written.nodes.values()),
            "edges_written": sum(self.written.edges.values()),
            "nodes_gone": sum(self.written.nodes_gone.values()),
            "edges_gone": sum(self.written.edges_gone.values()),
        }


def account_of(
    run: str, snapshot: Snapshot, mapping: Mapping, mapped: Mapped, known: frozenset[Place]
) -> Account:
    """Count where the rows of a snapshot went.

    What changed, `links`, `values` and `written` are for others to fill in.

    Parameters
    ----------
    known
        The columns that the mapping was written for.
    """
    tables = {name: TableAccount(item.rows) for name, item in snapshot.tables.items()}
    for name in excluded(mapping).keys() & {table.lower() for table in tables}:
        table = next(item for spelled, item in tables.items() if spelled.lower() == name)
        table.excluded = table.read
    spelled = {name.lower(): name for name in tables}
    db = duckdb.connect()
    for field_name, file in (("mapped", "records"), ("folded", "folds"), ("refused", "refused")):
        query = f'SELECT "table", count(*) FROM ({mapped.sql(file)}) GROUP BY 1'
        for table, count in db.execute(query).fetchall():
            setattr(tables[spelled[table.lower()]], field_name, int(count))
    refusals = db.execute(
        f'SELECT "table", key, reason FROM ({mapped.sql("refused")}) ORDER BY ALL'
    ).fetchall()
    danglers = db.execute(
        f'SELECT "column", count(*) FROM ({mapped.sql("danglers")}) GROUP BY 1 ORDER BY 1'
    ).fetchall()
    db.close()
    return Account(
        run=run,
        source=snapshot.name,
        system=snapshot.system,
        flavour=snapshot.flavour,
        facility=snapshot.facility,
        zone=snapshot.zone,
        started=instant_text(datetime.now(UTC)),
        taken=snapshot.taken,
        tables=tables,
        withheld=[
            f"{name}.{column}" for name, item in snapshot.tables.items() for column in item.withheld
        ],
        views=list(snapshot.views),
        refusals=[{"table": a, "key": b, "reason": c} for a, b, c in refusals],
        danglers={column: int(count) for column, count in danglers},
        coverage=[item.as_json() for item in coverage(snapshot, mapping, known)],
    )
