"""The terms that data are tagged with, and every broader one, from the ontologies."""

from dataclasses import dataclass
from typing import Any

import ibis
from ibis.expr.types import Table

from migrators.identity.edges import UNMATCHED
from ontologies.techniques import Term, above

PREFIX = "technique:"


@dataclass(frozen=True, slots=True)
class Terms:
    """The nodes of the terms that a graph needs, and the terms of the ontologies among them."""

    nodes: Table
    known: tuple[Term, ...]


TERM = ("name", "iri", "definition", "ontology", "version")
"""What is kept of a term, beside its id."""


def technique_nodes(backend: Any, said: Table, told: str | None) -> Terms:
    """The terms that something is tagged with or a source speaks of, with all above them.

    A term that no ontology knows keeps what its source calls it.
    """
    links = said.filter((said.to_label == "Technique") & said.to_id.notnull())
    links = links.select("to_id").distinct()
    used = {
        str(found) for found in backend.to_pyarrow(links.to_id.as_table()).column(0).to_pylist()
    }
    own = _told(backend, told) if told else []
    used |= {row["id"] for row in own}
    known = above(identity.removeprefix(PREFIX) for identity in used)
    rows = {identity: {"id": identity, "iri": identity.removeprefix(PREFIX)} for identity in used}
    for row in own:
        rows[row["id"]] |= {name: value for name, value in row.items() if value is not None}
    for term in known:
        rows.setdefault(PREFIX + term.iri, {"id": PREFIX + term.iri}).update(
            name=term.label, iri=term.iri, ontology=term.ontology, version=term.version
        )
    for row in rows.values():
        if "://" not in row["iri"]:
            del row["iri"]
    names = ("id", *TERM)
    schema = ibis.schema(dict.fromkeys(names, "string"))
    ordered = [{name: rows[key].get(name) for name in names} for key in sorted(rows)]
    return Terms(ibis.memtable(ordered, schema=schema), tuple(known))


def _told(backend: Any, query: str) -> list[dict[str, Any]]:
    """What sources themselves say of terms."""
    rows = backend.raw_sql(query)
    names = [item[0] for item in rows.description]
    kept = [name for name in names if name in ("id", *TERM)]
    return [
        {name: value for name, value in zip(names, row, strict=True) if name in kept}
        for row in rows.fetchall()
    ]


def broader_edges(found: Terms) -> Table:
    """Every direct edge between the terms that a graph needs, as edges between things."""
    known = {term.iri for term in found.known}
    rows = [
        {
            "type": "SUBCLASS_OF",
            "from_label": "Technique",
            "from_id": PREFIX + term.iri,
            "to_label": "Technique",
            "to_id": PREFIX + parent,
            "basis": "asserted",
            "rule": f"{term.ontology} {term.version}",
        }
        for term in found.known
        for parent in term.parents
        if parent in known
    ]
    names = ("type", "from_label", "from_id", "to_label", "to_id", "basis", "rule")
    edges = ibis.memtable(rows, schema=ibis.schema(dict.fromkeys(names, "string")))
    return edges.mutate(
        role=ibis.null("string"),
        distance=ibis.null("float64"),
        **UNMATCHED,
        by=ibis.null("array<string>"),
    )
