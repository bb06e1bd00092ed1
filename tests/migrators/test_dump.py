"""A dump file in YAML, in XML, and the same content in SQL give the same graph."""

from typing import Any

import pytest

from beamgraph.simulator import Wish, simulate
from migrators.run import Order
from tests.migrators.test_icat import facility
from tests.parts.icat import write_xml, write_yaml
from tests.parts.wanted import Told, told

pytestmark = pytest.mark.usefixtures("migration")

AUDIT = {"createdTime"}
"""A dump has no times of rows."""

NAMELESS = {"zoneAssumed"}


@pytest.fixture(scope="module", params=("traps", "simulated"))
def three(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """The same ICAT by SQL, YAML and XML."""
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "icat.sqlite"
    if request.param == "traps":
        facility(path)
    else:
        simulate(Wish(folder, scale=0.0001))
    addresses = {
        "sql": f"sqlite:///{path}",
        "yaml": str(write_yaml(path, folder / "icat.yaml")),
        "xml": str(write_xml(path, folder / "icat.xml")),
    }
    return [
        told(folder / name, Order("icat", address, "icat", zone="UTC"))
        for name, address in addresses.items()
    ]


def natural(graph: Told) -> dict[str, str]:
    """A name for every node that has nothing of ids: its content, and its neighbours' content."""
    names = {}
    for label, found in graph.nodes.items():
        for identity, row in found.items():
            if label != "SourceRecord":
                left_out = {"id", "hash", *AUDIT, *NAMELESS}
                told = {
                    k: v for k, v in row.items() if k not in left_out and not k.startswith("by_")
                }
                names[identity] = f"{label} {sorted(told.items())}"
    return names


def shape(graph: Told) -> tuple[list[str], list[Any]]:
    """Everything that is said, by natural keys; things without one by their content.

    Ids inside a text parameter are of one installation: in a dump the paths beside them tell.
    """
    names = natural(graph)
    edges = sorted(
        (kind, names[start], names[end], edge["basis"], edge.get("role", ""))
        for (kind, start, end), edge in graph.edges.items()
        if kind != "DESCRIBES"
    )
    return sorted(names.values()), edges


def test_they_hold_the_same_things_and_relations(three: list[Told]) -> None:
    expected = shape(three[0])
    assert expected[0]
    assert expected[1]
    for other in three[1:]:
        assert shape(other) == expected


def test_they_hold_as_many_records_of_each_table(three: list[Told]) -> None:
    counts = [
        {
            name: (table.read, table.mapped, table.folded)
            for name, table in one.account.tables.items()
        }
        for one in three
    ]
    filled = [{name: row for name, row in one.items() if any(row)} for one in counts]
    assert filled[1] == filled[0]
    assert filled[2] == filled[0]


def test_a_dump_vouches_for_its_zone(three: list[Told]) -> None:
    assert [one.account.zone for one in three] == ["UTC", "UTC", "UTC"]
    assert not any("zoneAssumed" in row for row in three[1].nodes["Dataset"].values())


def test_records_are_called_by_the_keys_of_the_dump(three: list[Told]) -> None:
    assert "icat:Dataset:Dataset_00000001" in three[1].nodes["SourceRecord"]
