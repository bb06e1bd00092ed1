"""The documents that are measured: as beamgraph answers them, the peer, and the bare wire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question in three forms; `$id` in each is replaced by the id of a node.

    `floor` is a statement that gives the same answer as one column `data` of maps.
    """

    id: str
    ours: str
    peer: str
    floor: str
    about: str = ""


FIELDS = "id name kind startTime wavelength"
MAP = "{.id, .name, .kind, .startTime, .wavelength}"

QUESTIONS = (
    Question(
        "page20",
        f'{{ datasets(first: 20, where: {{kind: {{eq: "raw"}}}}) {{ nodes {{ {FIELDS} }} }} }}',
        f'{{ datasets(limit: 20, where: {{kind: {{eq: "raw"}}}}) {{ {FIELDS} }} }}',
        f"MATCH (d:Dataset) WHERE d.kind = 'raw' RETURN d{MAP} AS data LIMIT 20",
    ),
    Question(
        "by-id",
        f'{{ node(id: "$id") {{ ... on Dataset {{ {FIELDS} }} }} }}',
        f'{{ datasets(where: {{id: {{eq: "$id"}}}}) {{ {FIELDS} }} }}',
        f"MATCH (d:Dataset {{id: '$id'}}) RETURN d{MAP} AS data",
        "Dataset",
    ),
    Question(
        "connection20",
        "{ datasets(first: 20) { totalCount edges { cursor node { id name "
        "samples(first: 1) { nodes { name } } } } } }",
        "{ datasetsConnection(first: 20) { totalCount edges { cursor node { id name "
        "samples(limit: 1) { name } } } } }",
        "MATCH (d:Dataset) WITH d LIMIT 20 "
        "RETURN d{.id, .name, samples: [(d)-[:OF_SAMPLE]->(s:Sample) | s{.name}][..1], "
        "total: COUNT { (:Dataset) }} AS data",
    ),
    Question(
        "portal-page",
        "{ samples(first: 20) { totalCount nodes { id name datasets(first: 5) { totalCount "
        f"nodes {{ {FIELDS} }} }} }} }} }}",
        "{ samplesConnection(first: 20) { totalCount edges { node { id name "
        "datasetsConnection(first: 5) { totalCount edges { node { "
        f"{FIELDS} }} }} }} }} }} }} }}",
        "MATCH (s:Sample) WITH s LIMIT 20 "
        "RETURN s{.id, .name, total: COUNT { (s)<-[:OF_SAMPLE]-(:Dataset) }, "
        f"datasets: [(s)<-[:OF_SAMPLE]-(d:Dataset) | d{MAP}][..5]}} AS data",
    ),
    Question(
        "lineage20",
        '{ lineage(id: "$id", depth: 20) { nodes { depth node { id name } } } }',
        '{ datasets(where: {id: {eq: "$id"}}) { id upstream { id name } } }',
        "MATCH (d:Dataset {id: '$id'})-[:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|"
        "PART_OF*1..20]->(a) WITH DISTINCT a RETURN a{.id, .name} AS data",
        "scaling",
    ),
)

TOTALS = "MATCH (n:Dataset) RETURN count(n) AS n"
NODE = {
    "Dataset": "MATCH (d:Dataset) WHERE d.kind = 'raw' RETURN d.id AS id ORDER BY id LIMIT 1",
    "scaling": "MATCH (d:Dataset) WHERE d.stage = 'scaling' AND d.id STARTS WITH 'dataset:ispyb' "
    "RETURN d.id AS id ORDER BY id LIMIT 1",
}
"""A node to ask for by id."""
