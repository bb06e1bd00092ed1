"""Techniques: the terms of PaNET and ESRFET, keyed by IRI, with their direct parents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Term:
    """One technique; `parents` are the IRIs directly above it."""

    iri: str
    label: str
    parents: tuple[str, ...]
    ontology: str
    version: str


@cache
def terms() -> Mapping[str, Term]:
    """Every technique of PaNET 1.3.0 and ESRFET 0.1.0 by its IRI."""
    return {
        row["iri"]: Term(
            row["iri"], row["label"], tuple(row["parents"].split()), row["ontology"], row["version"]
        )
        for row in read_table("ontologies", "techniques.tsv")
    }


def above(iris: Iterable[str]) -> tuple[Term, ...]:
    """The terms of those IRIs that are known, and all their ancestors, in the order of IRIs."""
    found: dict[str, Term] = {}
    waiting = list(iris)
    while waiting:
        term = terms().get(waiting.pop())
        if term is not None and term.iri not in found:
            found[term.iri] = term
            waiting += term.parents
    return tuple(found[iri] for iri in sorted(found))
