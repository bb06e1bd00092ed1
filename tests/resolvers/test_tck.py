"""GraphQL beside the Cypher it becomes, as documentation: `tck/*.graphql` and `*.cypher`.

A change of the compiler shows here. `make tck` writes the files anew; read the difference
before you commit it.
"""

import json
import os

import pytest

from graph.engine import EMBEDDED, NEO4J, Dialect
from graph.resolvers.plan import Plan
from tests.resolvers.documents import FOLDER, compiled, documents


def written(plan: Plan, dialect: Dialect) -> str:
    """A plan as a person reads it."""
    parts = [f"// on {dialect.name}"]
    for keys in plan.keys:
        parts.append(f"// first the ids of a page, as ${keys.parameter}\n{keys.text};")
    for walk in plan.walks:
        steps = "\n".join(
            f"// a level, from {label}\n{text};" for label, text in walk.steps.items()
        )
        parts.append(f"// a walk, as ${walk.parameter}\n{walk.start};\n{steps}")
    parts.append(f"{plan.text};")
    bound = json.dumps(plan.parameters.bind({}), ensure_ascii=False)
    parts.append(f"// parameters {bound}")
    return "\n".join(parts)


@pytest.mark.parametrize("name", sorted(documents()))
def test_a_document_becomes_the_cypher_that_was_read(name: str) -> None:
    plans = [
        written(compiled(documents()[name], dialect), dialect) for dialect in (NEO4J, EMBEDDED)
    ]
    told = "\n\n".join(plans) + "\n"
    path = FOLDER / f"{name}.cypher"
    if os.environ.get("BEAMGRAPH_WRITE_TCK"):
        path.write_text(told, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("name", sorted(documents()))
def test_one_statement_answers_a_document_on_neo4j(name: str) -> None:
    assert compiled(documents()[name], NEO4J).single


@pytest.mark.parametrize("name", sorted(documents()))
def test_no_literal_of_a_document_stands_in_the_statement(name: str) -> None:
    plan = compiled(documents()[name], NEO4J)
    for value in ("596421", "374695", "988855", "sample:s", "dataset:s", '"raw"', "startsWith"):
        assert value not in plan.text
