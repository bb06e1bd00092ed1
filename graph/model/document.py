"""The documentation of the graph, written from the model."""

from collections.abc import Iterator

from graph.model.description import Edge, Label, Model


def model_document(model: Model) -> str:
    """Every label with its properties, and every edge, as Markdown."""
    return "\n".join(_lines(model)) + "\n"


def _lines(model: Model) -> Iterator[str]:
    yield "# The graph"
    yield ""
    yield "Written from `graph/model/*.tsv` by `make docs`. Edges read as sentences, from -> to."
    for label in model.labels.values():
        yield ""
        yield from _label(label)
    yield ""
    yield "## Edges"
    yield ""
    yield "Every edge carries `basis` (asserted, reported or inferred), `rule` and `by`, the"
    yield "records that support it. A hub may carry millions of edges; provenance runs along"
    yield "the edges of lineage. Downstream it also goes from a thing to its members: what came of"
    yield "a visit came of its datasets."
    yield ""
    yield "| edge | fields | hub | lineage | also | meaning |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield from (_edge(edge) for edge in model.edges)


def _label(label: Label) -> Iterator[str]:
    yield f"## {label.name}"
    yield ""
    yield f"{label.description} From: {label.source}."
    yield ""
    yield "| property | type | unit | order | crosswalk | meaning |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for item in label.properties:
        order = f"`{item.order_key}`" if item.sortable else ""
        cells = (f"`{item.name}`", item.type, item.unit, order, item.crosswalk, item.description)
        yield f"| {' | '.join(cells)} |"
    for facts in label.lists:
        for member in facts.members:
            place = f"`{facts.name}.{member.name}`"
            yield (
                f"| {place} | {member.type} | {member.unit} |  | {member.crosswalk} "
                f"| {member.description} One for each {facts.discriminator}: "
                f"{', '.join(facts.values)}. |"
            )


def _edge(edge: Edge) -> str:
    fields = f"`{edge.source}.{edge.out}`, `{edge.target}.{edge.inward}`"
    lineage = "yes" if edge.lineage else "members" if edge.members else ""
    marks = ("yes" if edge.hub else "", lineage, ", ".join(edge.extra))
    sentence = f"({edge.source})-[:{edge.type}]->({edge.target})"
    return f"| `{sentence}` | {fields} | {' | '.join(marks)} | {edge.description} |"
