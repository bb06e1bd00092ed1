"""What happens to things whose last record is gone: most go, those that are named elsewhere stay.

A DOI was given to the world, a paper cites, a person has decided: the id of such a thing goes on
answering, `state: withdrawn`, with its name and DOI and nothing else. A thing whose records
describe another thing now was merged, and its address leads on.
"""

from collections.abc import Iterator
from typing import Any

import duckdb

from graph.engine import Graph
from graph.model import Label, Model
from migrators.load import statements

WITHDRAWN = "withdrawn"
BATCH = 1_000

DECIDED = """
SELECT DISTINCT e.to_label, e.to_id FROM gone_edges e JOIN decided d ON d.record = e.from_id
WHERE e.type = 'DESCRIBES'"""

MERGED = """
CREATE TABLE merged AS SELECT DISTINCT e.to_label AS label, e.to_id AS id FROM gone_edges e
JOIN ({edges}) n ON n.type = 'DESCRIBES' AND n.from_id = e.from_id AND n.to_label = e.to_label
WHERE e.type = 'DESCRIBES'"""

KEPT_EDGES = """
DELETE FROM gone_edges g USING withdrawn w WHERE g.type = 'CITES'
AND g.to_label = w.label AND g.to_id = w.id
AND NOT EXISTS (SELECT 1 FROM gone_nodes n WHERE n.label = g.from_label AND n.id = g.from_id)"""


def withdraw(db: duckdb.DuckDBPyConnection, graph: Graph, model: Model, edges: str) -> None:
    """Split `gone_nodes`: those that are named elsewhere become the table `withdrawn`.

    A citation by a paper that stays keeps standing beside what it cites. Asks the graph about
    nodes that would go, and about nothing else.

    Parameters
    ----------
    edges
        A query of the edges that the graph should hold.
    """
    db.execute("CREATE TABLE withdrawn (label VARCHAR, id VARCHAR, name VARCHAR, doi VARCHAR)")
    if not count(db, "gone_nodes"):
        return
    db.execute("CREATE TABLE decided (record VARCHAR)")
    words = [[word] for row in graph.read(statements.DECIDED) for word in (row["a"], row["b"])]
    if words:
        db.executemany("INSERT INTO decided VALUES (?)", words)
    named = set(db.execute(DECIDED).fetchall())
    told = {word for (word,) in words}
    db.execute(MERGED.format(edges=edges))
    for label in model.entities:
        for row in _asked(db, graph, model.labels[label]):
            if row["doi"] or row["cited"] or (label, row["id"]) in named or row["id"] in told:
                values = [label, row["id"], row["name"], row["doi"]]
                db.execute("INSERT INTO withdrawn VALUES (?, ?, ?, ?)", values)
    db.execute("DELETE FROM gone_nodes WHERE (label, id) IN (SELECT label, id FROM withdrawn)")
    db.execute(KEPT_EDGES)


def _asked(db: duckdb.DuckDBPyConnection, graph: Graph, label: Label) -> Iterator[dict[str, Any]]:
    statement = statements.naming(label.name)
    cursor = db.cursor()
    cursor.execute(
        "SELECT id FROM gone_nodes ANTI JOIN merged USING (label, id) WHERE label = ?", [label.name]
    )
    while rows := cursor.fetchmany(BATCH):
        yield from graph.read(statement, {"rows": [{"id": row[0]} for row in rows]})
    cursor.close()


def count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table or query has."""
    row = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
