"""The statements of a load, derived from the model. Every one of them is repeatable."""

from graph.model import Edge, Model

START_RUN = "MERGE (r:LoadRun {id: $id}) SET r = $run"
SOURCES = """MATCH (r:LoadRun)
RETURN DISTINCT r.source AS name, r.system AS system, r.flavour AS flavour,
r.facility AS facility ORDER BY name"""
LAST_RUN = """MATCH (r:LoadRun) WHERE r.state = 'done'
RETURN r.id AS id ORDER BY r.id DESC LIMIT 1"""


def upsert_nodes(label: str) -> str:
    """Make or replace nodes: a property that is gone from the row is gone from the node."""
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n = row"


def delete_nodes(label: str) -> str:
    """Remove nodes with whatever edges they have left."""
    return f"UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) DETACH DELETE n"


def upsert_edges(kind: str, source: str, target: str) -> str:
    """Make or replace edges; at most one of a type stands between two nodes."""
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.from}}) "
        f"MATCH (b:{target} {{id: row.to}}) MERGE (a)-[e:{kind}]->(b) SET e = row.properties"
    )


def delete_edges(kind: str, source: str, target: str) -> str:
    """Remove edges; the nodes stay."""
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.from}})-[e:{kind}]->"
        f"(b:{target} {{id: row.to}}) DELETE e"
    )


def all_nodes(label: str) -> str:
    """Every node there is of a label, for when it is not known what a graph holds."""
    return f"MATCH (n:{label}) RETURN n.id AS id"


def all_edges(kind: str, source: str, target: str) -> str:
    """Every edge there is of a type between two labels."""
    return f"MATCH (a:{source})-[:{kind}]->(b:{target}) RETURN a.id AS `from`, b.id AS `to`"


def edge_kinds(model: Model) -> list[tuple[str, str, str]]:
    """Every type with the labels at its ends; DESCRIBES leads to any entity."""
    kinds = []
    for edge in model.edges:
        kinds += [(edge.type, edge.source, target) for target in targets(edge, model)]
    return kinds


def targets(edge: Edge, model: Model) -> tuple[str, ...]:
    """The labels an edge can lead to."""
    return model.entities if edge.target == "*" else (edge.target,)


def load_statements(model: Model) -> dict[str, str]:
    """Every statement a load can issue, by a name that says what it does."""
    found = {"start run": START_RUN, "last run": LAST_RUN, "sources": SOURCES}
    for label in model.labels:
        found[f"upsert {label}"] = upsert_nodes(label)
        found[f"delete {label}"] = delete_nodes(label)
        found[f"all {label}"] = all_nodes(label)
    for kind in edge_kinds(model):
        name = " ".join(kind)
        found[f"upsert {name}"] = upsert_edges(*kind)
        found[f"delete {name}"] = delete_edges(*kind)
        found[f"all {name}"] = all_edges(*kind)
    return found
