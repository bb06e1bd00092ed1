"""How a field of the schema finds its value in an answer.

A document is compiled and answered as one tree, in which every value stands under the key
that the client asked for. So a resolver does nothing but look there: none of them asks
the database.
"""

import inspect
from collections.abc import Mapping
from types import GenericAlias
from typing import Any

import strawberry
from strawberry.types import Info


def from_answer(
    name: str, kind: Any, description: str = "", arguments: Mapping[str, Any] | None = None
) -> Any:
    """A Strawberry field whose value stands in the answer under its response key.

    Parameters
    ----------
    arguments
        Python types by GraphQL name; every one may be left out unless its type says so.
    """

    def resolve(root: Any, info: Info, **_: Any) -> Any:
        return root[info.path.key]

    parameters = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
    ]
    annotations: dict[str, Any] = {"info": Info, "return": kind}
    for key, wanted in (arguments or {}).items():
        default = inspect.Parameter.empty if _required(wanted) else strawberry.UNSET
        parameters.append(
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, annotation=wanted, default=default
            )
        )
        annotations[key] = wanted
    resolve.__signature__ = inspect.Signature(parameters, return_annotation=kind)  # type: ignore[attr-defined]
    resolve.__annotations__ = annotations
    resolve.__name__ = name
    return strawberry.field(resolver=resolve, name=name, description=description or None)


def list_of(kind: Any) -> Any:
    """The type of a list of a type that is only known when the schema is built."""
    return GenericAlias(list, (kind,))


def _required(kind: Any) -> bool:
    return type(None) not in getattr(kind, "__args__", ())
