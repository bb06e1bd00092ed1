"""Constraints and indexes, derived from the model.

Every label has a unique `id`; every sortable field an index on its order key, which
serves pages on both engines.
"""

from collections.abc import Iterator

from graph.engine.bolt import Graph
from graph.model import Label, Model

SEED = "~seed"


def constraint_statements(model: Model) -> Iterator[str]:
    """Every statement that makes a graph ready, each of them repeatable."""
    for label in model.labels.values():
        yield from label_statements(label)


def label_statements(label: Label) -> Iterator[str]:
    """The constraint and the indexes of one label."""
    name = label.name
    yield f"CREATE CONSTRAINT {name}_id IF NOT EXISTS FOR (n:{name}) REQUIRE n.id IS UNIQUE"
    for item in label.sortable:
        if item.order_key != "id":
            key = item.order_key
            yield f"CREATE INDEX {name}_{key} IF NOT EXISTS FOR (n:{name}) ON (n.{key})"


def create_constraints(graph: Graph, model: Model) -> None:
    """Make what is missing. Doing it again changes nothing.

    The embedded engine never gives order from an index that was made while no node
    carried the property, so there a seed node stands in while its label's are made.
    """
    existing = {row["name"] for row in graph.run("SHOW INDEXES")}
    existing |= {row["name"] for row in graph.run("SHOW CONSTRAINTS")}
    for label in model.labels.values():
        missing = [text for text in label_statements(label) if text.split()[2] not in existing]
        if not missing:
            continue
        seeded = graph.dialect.index_needs_a_node
        if seeded:
            keys = {item.order_key: SEED for item in label.sortable}
            seed = f"MERGE (n:{label.name} {{id: $id}}) SET n += $keys"
            graph.write(seed, {"id": SEED, "keys": keys})
        for text in missing:
            graph.run(text)
        if seeded:
            graph.write(f"MATCH (n:{label.name} {{id: $id}}) DELETE n", {"id": SEED})
    if not graph.dialect.index_needs_a_node:
        graph.run("CALL db.awaitIndexes(60)")
