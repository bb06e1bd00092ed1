"""The shapes of ICAT 4.10, 6.2 and 7 give the same graph where they hold the same facts."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from beamgraph.simulator import Wish, simulate
from migrators.icat.schema import entities
from migrators.run import Order
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")

SAMPLES = """
INSERT INTO INVESTIGATIONSAMPLE (ID, INVESTIGATION_ID, SAMPLE_ID, CREATE_ID, CREATE_TIME, MOD_ID,
MOD_TIME) SELECT ID, INVESTIGATION_ID, ID, CREATE_ID, CREATE_TIME, MOD_ID, MOD_TIME FROM SAMPLE"""


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def reshaped(source: Path, target: Path, version: str) -> str:
    """The file in the shape of a version: without what came later, or went before."""
    shutil.copy(source, target)
    wanted = number(version)
    with sqlite3.connect(target) as db:
        for entity in entities().values():
            since = entity.attributes["id"].since
            if since == "7.0" and wanted >= (7,):
                columns = ", ".join(f'"{item.column}" {item.type}' for item in entity.columns)
                db.execute(f'CREATE TABLE "{entity.table}" ({columns}, PRIMARY KEY (ID))')
            elif since and number(since) > wanted:
                db.execute(f'DROP TABLE IF EXISTS "{entity.table}"')
        if wanted >= (7,):
            db.execute(SAMPLES)
        for entity in entities().values():
            for item in entity.columns:
                late = item.since and number(item.since) > wanted
                gone = item.until and number(item.until) < wanted
                own = entity.attributes["id"].since
                if (late or gone) and not (own and number(own) > wanted):
                    db.execute(f'ALTER TABLE "{entity.table}" DROP COLUMN "{item.column}"')
    db.close()
    return f"sqlite:///{target}"


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Facts that every version can hold, in the shape of each."""
    folder = tmp_path_factory.mktemp("shapes")
    simulate(Wish(folder, seed=9, scale=0.0003, noise=1))
    source = folder / "icat.sqlite"
    with sqlite3.connect(source) as db:
        for entity in entities().values():
            since = entity.attributes["id"].since
            if since and since != "7.0":
                db.execute(f'DELETE FROM "{entity.table}"')
                continue
            for item in entity.columns:
                if since != "7.0" and item.since:
                    db.execute(f'UPDATE "{entity.table}" SET "{item.column}" = NULL')
    db.close()
    return {
        version: told(
            folder / version,
            Order("icat", reshaped(source, folder / f"{version}.sqlite", version), "icat"),
        )
        for version in ("4.10", "6.2", "7.0")
    }


def plain(nodes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        key: {name: value for name, value in node.items() if name != "hash"}
        for key, node in nodes.items()
    }


def supported(graph: Told) -> set[tuple[str, str, str]]:
    """Edges between things: the records that a version has beside them differ."""
    return {ends for ends in graph.edges if ends[0] != "DESCRIBES"}


@pytest.mark.parametrize("version", ["4.10", "7.0"])
def test_the_same_facts_give_the_same_graph(shapes: dict[str, Told], version: str) -> None:
    one, other = shapes["6.2"], shapes[version]
    for label in {*one.nodes, *other.nodes} - {"SourceRecord"}:
        assert plain(one.nodes.get(label, {})) == plain(other.nodes.get(label, {})), label
    assert supported(one) == supported(other)
    assert len(supported(one)) > 500


@pytest.mark.parametrize("version", ["4.10", "6.2", "7.0"])
def test_every_row_and_column_of_it_is_accounted_for(shapes: dict[str, Told], version: str) -> None:
    account = shapes[version].account
    assert account.totals()["not_mapped"] == account.totals()["refused"] == 0
    assert [item for item in account.coverage if item["fate"] == "undecided"] == []
    assert not any(link["open"] for link in account.links)
