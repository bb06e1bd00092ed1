"""Resolve the mapped tables of every source into the nodes and edges the graph should hold.

An entity's id comes with it from the mapping; two records with one id are one thing, and so
are those that a rule of identity pairs. What is believed of it is what the first of its records
says: first the one that names it, then by the rank of sources, by table and by key, numbers as
numbers. So the same input gives the same graph in any order.

Pairs and clusters are decided over the keys of all records, as set operations. Nodes and edges are
made for those things alone that a changed record touches.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graph.model import Model
from migrators.identity.decisions import Decision
from migrators.identity.edges import descriptions, edges_of, part_edges
from migrators.identity.judged import TABLE, judged_rows
from migrators.identity.nodes import finished, nodes_of, record_nodes
from migrators.identity.origin import Origin
from migrators.identity.recognised import recognise
from migrators.identity.scope import Scope, told_of
from migrators.identity.settle import Settling
from migrators.identity.techniques import TERM, broader_edges, technique_nodes
from migrators.identity.wanted import Wanted
from migrators.progress import Tell, quiet
from migrators.staging.chain import union


def resolve(
    origins: Sequence[Origin],
    folder: Path,
    model: Model,
    tell: Tell = quiet,
    decisions: Sequence[Decision] = (),
) -> Wanted:
    """Bring what the graph should hold of all sources together up to date.

    Parameters
    ----------
    origins
        In the configured rank of sources, the most trusted first.
    decisions
        What persons said of records; it wins over rules.
    """
    old = Wanted.load(folder)
    told = told_of(origins, model, decisions)
    if old.is_of(told):
        return old
    tell("pairs")
    backend = recognise(origins, decisions, folder)
    scope = Scope(backend, old, origins, told)
    settling = Settling(backend, old, whole=scope.whole)
    settling.keep("parts", "FROM parts")
    settling.keep(TABLE, judged_rows(backend))
    _settle_nodes(backend, origins, model, scope, settling, tell)
    tell("edges")
    _settle_edges(backend, scope, settling)
    tell("Technique")
    _settle_terms(backend, origins, model, settling)
    tell("edges")
    wanted = settling.done(told)
    backend.disconnect()
    return wanted


def _settle_nodes(
    backend: Any,
    origins: Sequence[Origin],
    model: Model,
    scope: Scope,
    settling: Settling,
    tell: Tell,
) -> None:
    for name in model.entities:
        tell(name)
        label = model.labels[name]
        if label.category == "entity":
            nodes = nodes_of(backend, origins, label, scope.described(name), settling.drafts)
            if nodes or name in settling.old.labels:
                settling.nodes(name, nodes, scope.entities(name))
    tell("SourceRecord")
    label = model.labels["SourceRecord"]
    records = record_nodes(backend, label, scope.records, settling.drafts)
    settling.nodes(label.name, records, scope.records)


def _settle_edges(backend: Any, scope: Scope, settling: Settling) -> None:
    said = backend.table("said_edges").union(part_edges(backend))
    edges = edges_of(backend, scope.said(said), backend.table("described"))
    settling.edges(edges, scope.old_edges)
    settling.edges(descriptions(backend, scope.redescribed), scope.old_describing)


def _settle_terms(
    backend: Any, origins: Sequence[Origin], model: Model, settling: Settling
) -> None:
    """Terms are few: they are looked at whole every time."""
    label = model.labels["Technique"]
    own = nodes_of(backend, origins, label, "described", settling.drafts)
    terms = technique_nodes(backend, backend.table("said_edges"), union(own) if own else None)
    backend.create_table("terms", terms.nodes, temp=True)
    settling.nodes(label.name, [finished("FROM terms", TERM, label)], None)
    backend.create_table("broader", broader_edges(terms), temp=True)
    settling.edges(["FROM broader"], "type = 'SUBCLASS_OF'")
