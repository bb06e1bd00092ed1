"""Values that know where they come from, and what of them a plan depends on.

A plan is made once for a document and used again with other variables. So no value of an
argument reaches the compiler as it is. It stands in a `Given`, which can be used in two ways
only: bound as a parameter of the statement, which is read anew from the variables of every
request; or looked at, and then the plan serves only requests in which the look is the same.
A use that nobody thought of cannot keep one request's value for another.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Path = tuple[str | int, ...]
Derive = Callable[[Any], Any]


class _Missing(Enum):
    MISSING = "missing"


MISSING = _Missing.MISSING
"""Stands for a variable without a value; to GraphQL that is not null."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value of an argument.

    `content` is a plain value, or a list or an object of other `Given`. Where all of it
    comes from the variables, `path` says from where.
    """

    content: Any
    path: Path | None = None


NULL = Given(None)


def traced(value: Any, path: Path | None = None) -> Given:
    """A coerced value in which every part knows its path."""
    if isinstance(value, dict):
        return Given({k: traced(v, path and (*path, k)) for k, v in value.items()}, path)
    if isinstance(value, list):
        return Given([traced(v, path and (*path, n)) for n, v in enumerate(value)], path)
    return Given(value, path)


def plain(given: Any) -> Any:
    """The value alone. For what is checked again at every request, or is never kept."""
    content = given.content if isinstance(given, Given) else given
    if isinstance(content, list):
        return [plain(item) for item in content]
    if isinstance(content, dict):
        return {k: plain(v) for k, v in content.items() if plain(v) is not MISSING}
    return content


def resolve(given: Given, variables: Mapping[str, Any]) -> Any:
    """The value alone, as it is in these variables."""
    if given.path is not None:
        return lookup(variables, given.path)
    if isinstance(given.content, list):
        return [resolve(item, variables) for item in given.content]
    if isinstance(given.content, dict):
        members = {key: resolve(item, variables) for key, item in given.content.items()}
        return {key: value for key, value in members.items() if value is not MISSING}
    return given.content


def lookup(variables: Any, path: Path) -> Any:
    """The value at a path, or `MISSING`."""
    for step in path:
        try:
            variables = variables[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return variables


def varies(given: Given) -> bool:
    """Whether any part of it comes from the variables."""
    if given.path is not None or not isinstance(given.content, list | dict):
        return given.path is not None
    items = given.content.values() if isinstance(given.content, dict) else given.content
    return any(map(varies, items))


def origin(given: Given) -> Given:
    """The same without the values of one request: only where each part comes from."""
    if given.path is not None:
        return Given(None, given.path)
    if isinstance(given.content, list):
        return Given([origin(item) for item in given.content])
    if isinstance(given.content, dict):
        return Given({key: origin(item) for key, item in given.content.items()})
    return given


def frozen(value: Any) -> Hashable:
    """A value as what can be compared and hashed; `1`, `1.0` and `true` are three."""
    if isinstance(value, dict):
        return tuple((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return ("list", *map(frozen, value))
    if isinstance(value, Given):
        return ("given", value.path, frozen(value.content))
    return (type(value).__name__, value)


def _state(value: Any) -> Hashable:
    return "missing" if value is MISSING else "null" if value is None else "there"


def _keys(value: Any) -> Hashable:
    return tuple((k, _state(v)) for k, v in value.items()) if isinstance(value, dict) else None


def _length(value: Any) -> Hashable:
    return len(value) if isinstance(value, list) else None


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a value while a plan was made; two of one name see the same."""

    origin: Hashable
    name: str
    given: Given = field(compare=False, repr=False)
    see: Callable[[Any], Hashable] = field(compare=False, repr=False)

    def __call__(self, variables: Mapping[str, Any]) -> Hashable:
        """What is seen in these variables."""
        return self.see(resolve(self.given, variables))


class Parameters:
    """The parameters of a plan, and what of the variables it was made by."""

    def __init__(self) -> None:
        self._constants: dict[str, Any] = {}
        self._bound: dict[str, tuple[Given, Derive | None]] = {}
        self.looks: dict[Look, Hashable] = {}

    def add(self, value: Any, derive: Derive | None = None) -> str:
        """A parameter's reference, `$p3`, for a value or for what is derived from it."""
        given = value if isinstance(value, Given) else Given(value)
        name = f"p{len(self._constants) + len(self._bound)}"
        if varies(given):
            self._bound[name] = (origin(given), derive)
        else:
            known = plain(given)
            self._constants[name] = derive(known) if derive else known
        return f"${name}"

    def see(self, given: Given, name: str, look: Callable[[Any], Hashable]) -> Any:
        """What a look at a value gives; the plan serves only requests that give the same.

        Parameters
        ----------
        name
            Tells the look from others: it must depend on nothing but the value.
        """
        seen = look(plain(given))
        if varies(given):
            source = origin(given)
            self.looks[Look(frozen(source), name, source, look)] = seen
        return seen

    def fix(self, given: Given | None) -> Any:
        """The value itself; the plan serves only requests that have the same."""
        if given is None:
            return None
        self.see(given, "value", frozen)
        return plain(given)

    def state(self, given: Given) -> str:
        """`there`, `null`, or `missing` for a variable without a value."""
        return str(self.see(given, "state", _state)) if given.path else str(_state(given.content))

    def null(self, given: Given | None) -> bool:
        """Whether there is no value."""
        return given is None or self.state(given) != "there"

    def members(self, given: Given) -> Mapping[str, Given]:
        """The members of an object; the plan depends on which there are."""
        if given.path is not None:
            self.see(given, "keys", _keys)
        found: Mapping[str, Given] = given.content
        return found

    def items(self, given: Given) -> list[Given]:
        """The items of a list; the plan depends on how many there are."""
        if given.path is not None:
            self.see(given, "length", _length)
        return list(given.content)

    def bind(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter's value for these variables."""
        values = dict(self._constants)
        for name, (given, derive) in self._bound.items():
            value = resolve(given, variables)
            values[name] = derive(value) if derive else value
        return values
