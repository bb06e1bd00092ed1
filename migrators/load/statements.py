"""The statements of a load, derived from the model. Every one of them is repeatable."""

from graph.model import Edge, Model

START_RUN = "MERGE (r:LoadRun {id: $id}) SET r = $run"
SOURCES = """MATCH (r:LoadRun)
RETURN DISTINCT r.source AS name, r.system AS system, r.flavour AS flavour,
r.facility AS facility ORDER BY name"""
LAST_RUN = """MATCH (r:LoadRun) WHERE r.state = 'done'
RETURN r.id AS id ORDER BY r.id DESC LIMIT 1"""

DECIDED = """MATCH (d:Decision) WHERE d.revoked IS NULL OR d.revoked = false
RETURN d.a AS a, d.b AS b"""


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


def naming(label: str) -> str:
    """By what nodes are known outside: their DOI, and whether a paper cites them."""
    return (
        f"UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) RETURN n.id AS id, n.name AS name, "
        "n.doi AS doi, EXISTS { (n)<-[:CITES]-() } AS cited"
    )


def all_nodes(label: str) -> str:
    """Every node there is of a label, for when it is not known what a graph holds."""
    return f"MATCH (n:{label}) RETURN n.id AS id, n.state AS state"


def node_contents(label: str) -> str:
    """Every node of a label with all its properties, to be compared with what should be."""
    return f"MATCH (n:{label}) RETURN n.id AS id, properties(n) AS properties"


def edge_contents(kind: str, source: str, target: str) -> str:
    """Every edge of a type between two labels with all its properties."""
    return (
        f"MATCH (a:{source})-[e:{kind}]->(b:{target}) "
        "RETURN a.id AS `from`, b.id AS `to`, properties(e) AS properties"
    )


def all_edges(kind: str, source: str, target: str) -> str:
    """Every edge there is of a type between two labels."""
    return (
        f"MATCH (a:{source})-[:{kind}]->(b:{target}) "
        "RETURN a.id AS `from`, b.id AS `to`, b.state AS state"
    )


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
    found = {"start run": START_RUN, "last run": LAST_RUN, "sources": SOURCES, "decided": DECIDED}
    for label in model.labels:
        found[f"upsert {label}"] = upsert_nodes(label)
        found[f"delete {label}"] = delete_nodes(label)
        found[f"all {label}"] = all_nodes(label)
        found[f"contents {label}"] = node_contents(label)
    for label in model.entities:
        found[f"naming {label}"] = naming(label)
    for kind in edge_kinds(model):
        name = " ".join(kind)
        found[f"upsert {name}"] = upsert_edges(*kind)
        found[f"delete {name}"] = delete_edges(*kind)
        found[f"all {name}"] = all_edges(*kind)
        found[f"contents {name}"] = edge_contents(*kind)
    return found
