"""Where the fields are answered that the graph does not know: handed in with the migrations."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, Protocol

from graphql import GraphQLObjectType

from graph.problem import Problem
from graph.resolvers.binding import plain
from graph.resolvers.errors import of_problem
from graph.resolvers.pages import DEFAULT_SIZE, check_size, decode_cursor, encode_cursor
from graph.resolvers.plan import Call
from graph.resolvers.selection import Document, Field

QUERIES = ("identity", "conflicts", "foresee")
MUTATIONS = ("decide", "revoke")
LENGTH = 3
"""How many parts the key of a page has."""

BREAK = "\x1f"
"""Stands between the parts of a key in a cursor."""

Told = dict[str, Any]
"""Values by the names of fields; one that costs something may be a function, called where asked."""

Total = Callable[[], int]
Key = tuple[str, ...]


class Desk(Protocol):
    """Who answers for the migrations. Values stand under the names of the schema's fields.

    All may raise `Problem`, which becomes the error of the field.
    """

    def identity(
        self, asked: Mapping[str, Any], after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Told]], Total]:
        """So many pairs behind a key, each with its key; and how many there are in all."""
        ...

    def conflicts(
        self, asked: Mapping[str, Any], after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Told]], Total]:
        """So many disagreements behind a key, each with its key; and how many in all."""
        ...

    def foresee(self, asked: Mapping[str, Any]) -> Sequence[Told]:
        """The records that would describe other things."""
        ...

    def decide(self, asked: Mapping[str, Any]) -> Told:
        """Keep a decision and bring the graph up to date."""
        ...

    def revoke(self, asked: Mapping[str, Any]) -> Told:
        """Take a decision back and bring the graph up to date."""
        ...


def call_of(document: Document, field: Field) -> Call:
    """The call that a root field stands for."""
    told = {name: plain(value) for name, value in field.arguments.items()}
    words = {n: v.value if isinstance(v, Enum) else v for n, v in told.items() if v is not None}
    return Call(field.key, field.name, words, partial(keyed, document, field))


def keyed(document: Document, field: Field, value: Any) -> Any:
    """What is told by the names of fields, under the keys that the client asked for."""
    if callable(value):
        value = value()
    if isinstance(value, list | tuple):
        return [keyed(document, field, item) for item in value]
    if not isinstance(value, dict) or not isinstance(field.type, GraphQLObjectType):
        return value
    return {
        item.key: keyed(document, item, value[item.name])
        for item in document.below(field.type, field)
        if item.name in value
    }


async def answer(desk: Desk | None, call: Call) -> Any:
    """What is told, or the error to be shown in its place."""
    try:
        if desk is None:
            raise Problem(
                "this server has no migrations beside it", where=call.name,
                todo="serve the data directory that was migrated",
            )  # fmt: skip
        return await asyncio.to_thread(lambda: call.shape(_told(desk, call)))
    except Problem as problem:
        return of_problem(problem)


def _told(desk: Desk, call: Call) -> Any:
    asked = dict(call.arguments)
    if call.name not in ("identity", "conflicts"):
        return getattr(desk, call.name)(asked)
    size, after = asked.pop("first", DEFAULT_SIZE), asked.pop("after", None)
    check_size("first", size)
    key = tuple(decode_cursor(after, call.name).split(BREAK)) if after is not None else None
    if key is not None and len(key) != LENGTH:
        raise Problem("after is no cursor of this field", where=call.name)
    found, total = getattr(desk, call.name)(asked, key, size + 1)
    page = found[:size]
    cursors = [encode_cursor(call.name, BREAK.join(key)) for key, _ in page]
    info = {
        "hasNextPage": len(found) > size,
        "hasPreviousPage": after is not None,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }
    return {"nodes": [told for _, told in page], "pageInfo": info, "totalCount": total}
