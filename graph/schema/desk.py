"""Fields that the graph does not answer: who is who, where sources disagree, and a person's word.

What they answer is handed in (`graph/resolvers/desk.py`) by whoever knows the migrations.
"""

from enum import Enum
from typing import Any

import strawberry

from graph.schema.fields import from_answer, list_of
from graph.schema.scalars import Long
from graph.schema.types import PageInfo, object_type


@strawberry.enum(description="What came of two records that a rule or a person held together.")
class IdentityState(Enum):
    """What came of two records that a rule or a person held together."""

    ACCEPTED = strawberry.enum_value("accepted", description="They are one thing, or its part.")
    CANDIDATE = strawberry.enum_value("candidate", description="They might be: rules left it open.")
    REJECTED = strawberry.enum_value("rejected", description="A person said they are not.")
    CONFLICTING = strawberry.enum_value(
        "conflicting", description="They are one thing, and say different values."
    )


@strawberry.enum(description="A person's word on two records.")
class Verdict(Enum):
    """A person's word on two records."""

    SAME = "same"
    DIFFERENT = "different"


def made(name: str, fields: dict[str, tuple[Any, str]], description: str) -> Any:
    """An object type of fields with their types and meanings."""
    described = {key: from_answer(key, kind, about) for key, (kind, about) in fields.items()}
    return object_type(type(name, (), {}), described, description)


ForeseenThing = made(
    "ForeseenThing",
    {
        "id": (strawberry.ID, "What it would be called."),
        "records": (list[strawberry.ID], "The records that would name it."),
    },
    "A thing as it would be.",
)
Otherwise = made(
    "Otherwise",
    {
        "verdict": (Verdict, "The other verdict."),
        "things": (list_of(ForeseenThing), "The things that there would be."),
        "refused": (str | None, "Why it cannot be given: the decisions that contradict it."),
    },
    "What would be of two records if a person decided otherwise. What rules would find of records "
    "that come free is left to `foresee`.",
)
IdentityPair = made(
    "IdentityPair",
    {
        "state": (IdentityState, "What came of it."),
        "label": (str, "Of what kind of thing it is."),
        "a": (strawberry.ID, "A record."),
        "b": (strawberry.ID, "The record that it is held against."),
        "thingA": (strawberry.ID, "What the one describes now."),
        "thingB": (strawberry.ID, "What the other describes now."),
        "rule": (str, "The rule that found the pair, or `decision`."),
        "score": (float, "What a match by the rule is worth; 1 would be certain."),
        "compared": (str | None, "What was held together, with the values: the evidence."),
        "why": (str | None, "The decision, or why it is open; of a conflict both values."),
        "otherwise": (Otherwise, "What would be if it were decided otherwise."),
    },
    "Two records that a rule or a person held together.",
)
IdentityConnection = made(
    "IdentityConnection",
    {
        "nodes": (list_of(IdentityPair), "The pairs of the page, by label and records."),
        "pageInfo": (PageInfo, "Where the page begins and ends."),
        "totalCount": (Long, "How many there are in all."),
    },
    "A page of pairs.",
)
RecordValue = made(
    "RecordValue",
    {
        "record": (strawberry.ID, "Who says so."),
        "value": (str, "What it says, in the unit of the property; of a relation the thing."),
    },
    "What one record says.",
)
Conflict = made(
    "Conflict",
    {
        "label": (str, "Of what kind of thing."),
        "property": (str, "The property or relation that records disagree about."),
        "thing": (strawberry.ID, "Of which thing."),
        "believed": (str | None, "What the thing says; null of a relation, where all stands."),
        "values": (list_of(RecordValue), "What each record says."),
    },
    "Records of one thing that say different values.",
)
ConflictConnection = made(
    "ConflictConnection",
    {
        "nodes": (list_of(Conflict), "The page, by label, property and thing."),
        "pageInfo": (PageInfo, "Where the page begins and ends."),
        "totalCount": (Long, "How many there are in all."),
    },
    "A page of disagreements.",
)
Moved = made(
    "Moved",
    {
        "record": (strawberry.ID, "The record."),
        "label": (str, "Of what kind of thing."),
        "was": (strawberry.ID | None, "What it describes now."),
        "becomes": (strawberry.ID | None, "What it would describe."),
        "rule": (str | None, "By what rule."),
    },
    "A record that would describe another thing.",
)
Decided = made(
    "Decided",
    {
        "id": (strawberry.ID, "Id of the decision."),
        "label": (str, "Of what kind of thing."),
        "a": (strawberry.ID, "A record."),
        "b": (strawberry.ID, "Another record."),
        "verdict": (Verdict, "Whether they are one thing."),
        "by": (str, "Who said so."),
        "because": (str, "Why."),
        "at": (str, "When, in UTC."),
        "revoked": (bool, "Whether it was taken back."),
        "run": (strawberry.ID, "The run that brought the graph up to date."),
        "nodesWritten": (Long, "How many nodes it wrote."),
        "edgesWritten": (Long, "How many edges it wrote."),
    },
    "A decision that was kept, and what came of it.",
)

PAGE = {"first": int | None, "after": str | None}


def desk_queries(*, decisions: bool) -> dict[str, Any]:
    """The root fields that read.

    Parameters
    ----------
    decisions
        Whether a person may decide. To foresee a decision costs as much as the decision itself.
    """
    fields = {
        "identity": from_answer(
            "identity", IdentityConnection,
            "Which records are one thing, might be, or are not: by what, and why.",
            {"state": IdentityState, "label": str | None, "record": strawberry.ID | None, **PAGE},
        ),
        "conflicts": from_answer(
            "conflicts", ConflictConnection, "Where records of one thing say different values.",
            {"label": str | None, "property": str | None, "thing": strawberry.ID | None, **PAGE},
        ),
    }  # fmt: skip
    if decisions:
        fields["foresee"] = from_answer(
            "foresee",
            list_of(Moved),
            "What would come of a decision, rules that find others included. It works through all "
            "keys, as the decision itself would.",
            {"a": strawberry.ID, "b": strawberry.ID, "verdict": Verdict},
        )
    return fields


def desk_mutations() -> dict[str, Any]:
    """The root fields that take a person's word."""
    said = {"by": str, "because": str}
    return {
        "decide": from_answer(
            "decide", Decided,
            "Say that two records are one thing, or are not: it wins over every rule, and stays.",
            {"a": strawberry.ID, "b": strawberry.ID, "verdict": Verdict, **said},
        ),
        "revoke": from_answer(
            "revoke", Decided, "Take a decision back: the rules count again.",
            {"decision": strawberry.ID, **said},
        ),
    }  # fmt: skip
