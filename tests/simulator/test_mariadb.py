"""The simulator fills a MariaDB as it fills files, and both migrate to the same graph."""

from pathlib import Path

from beamgraph.simulator import Wish, simulate
from migrators.run import Order
from tests.parts.mariadb import MariaDbServer
from tests.parts.wanted import told

DATABASES = ("ispyb-dls", "ispyb-esrf", "icat")


def test_files_and_mariadb_give_the_same_graph(mariadb: MariaDbServer, tmp_path: Path) -> None:
    addresses = {}
    for name in DATABASES:
        database = f"sim_{name.replace('-', '_')}"
        mariadb.connect(database).close()
        addresses[name] = mariadb.url(database)
    simulate(Wish(tmp_path / "files", scale=0.0001, noise=2))
    simulate(Wish(tmp_path / "server", scale=0.0001, noise=2, addresses=addresses))
    truths = [(tmp_path / name / "truth.json").read_bytes() for name in ("files", "server")]
    assert truths[0] == truths[1]
    graphs = []
    for name, places in (
        ("a", {item: f"sqlite:///{tmp_path}/files/{item}.sqlite" for item in DATABASES}),
        ("b", addresses),
    ):
        orders = (
            Order("ispyb", places["ispyb-dls"], "ispyb"),
            Order("icat", places["icat"], "icat"),
        )
        graphs.append(told(tmp_path / name, *orders))
    first, second = graphs
    assert set(first.edges) == set(second.edges)
    for label, nodes in first.nodes.items():
        if label != "SourceRecord":
            kept = [{k: v for k, v in row.items() if k != "hash"} for row in nodes.values()]
            other = second.nodes[label]
            again = [{k: v for k, v in other[row["id"]].items() if k != "hash"} for row in kept]
            assert kept == again
