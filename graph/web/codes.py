"""The codes of errors and the status that each one has."""

from dataclasses import dataclass
from functools import cache

from ontologies.tables import read_table


@dataclass(frozen=True, slots=True)
class Code:
    """A code, with the status of an answer that has nothing else to tell.

    `status` goes with application/graphql-response+json, `json` with application/json: there
    GraphQL over HTTP wants 200 for whatever was a well-formed request.
    """

    name: str
    status: int
    json: int
    meaning: str


@cache
def codes() -> dict[str, Code]:
    """Every code by its name."""
    rows = read_table("graph.web", "codes.tsv")
    return {
        row["code"]: Code(row["code"], int(row["status"]), int(row["json"]), row["meaning"])
        for row in rows
    }
