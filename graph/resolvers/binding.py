"""Values that remember where in the variables they came from.

A plan is made once for a document and used again with other variables. So values keep the
path by which they were reached, and a parameter of the statement is bound anew from it. A
value that shaped the plan itself, such as a page size or an order, is recorded as fixed:
the plan serves only requests that agree on it.
"""

from collections.abc import Callable, Mapping
from typing import Any

Path = tuple[str | int, ...]
Derive = Callable[[Any], Any]


class Text(str):
    """A text from the variables."""

    path: Path


class Number(float):
    """A float from the variables."""

    path: Path


class Whole(int):
    """A whole number from the variables."""

    path: Path


class Many(list[Any]):
    """A list from the variables."""

    path: Path


def traced(value: Any, path: Path) -> Any:
    """A copy of a value in which everything knows its path; true, false and null do not."""
    made: Any
    if isinstance(value, dict):
        return {key: traced(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, list):
        made = Many(traced(item, (*path, place)) for place, item in enumerate(value))
    elif isinstance(value, str):
        made = Text(value)
    elif isinstance(value, int):
        made = Whole(value)
    elif isinstance(value, float):
        made = Number(value)
    else:
        return value
    made.path = path
    return made


def plain(value: Any) -> Any:
    """The value without its memory."""
    if isinstance(value, Many):
        return [plain(item) for item in value]
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Whole):
        return int(value)
    if isinstance(value, Number):
        return float(value)
    return value


def shape_of(value: Any) -> Any:
    """What must agree for a plan to be used again: structure, true, false and null."""
    if isinstance(value, dict):
        return tuple((key, shape_of(item)) for key, item in sorted(value.items()))
    if isinstance(value, list):
        return (
            "list",
            any(isinstance(item, dict) for item in value) and tuple(map(shape_of, value)),
        )
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value  # true, false, null and members of enumerations
    return type(value).__name__


class Parameters:
    """The parameters of a plan: constants, and values to bind anew from the variables."""

    def __init__(self) -> None:
        self._constants: dict[str, Any] = {}
        self._bound: dict[str, tuple[Path, Derive | None]] = {}
        self.fixed: dict[Path, Any] = {}

    def add(self, value: Any, derive: Derive | None = None) -> str:
        """A parameter's reference, `$p3`, for a value or for what is derived from it."""
        name = f"p{len(self._constants) + len(self._bound)}"
        path = getattr(value, "path", None)
        if path is not None:
            self._bound[name] = (path, derive)
        else:
            self._constants[name] = derive(value) if derive else plain(value)
        return f"${name}"

    def fix(self, value: Any) -> Any:
        """Record that the plan depends on a value, and return it plain."""
        path = getattr(value, "path", None)
        known = plain(value)
        if path is not None:
            self.fixed[path] = known
        return known

    def fits(self, variables: Mapping[str, Any]) -> bool:
        """Whether the plan serves these variables."""
        return all(lookup(variables, path) == value for path, value in self.fixed.items())

    def bind(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter's value for these variables."""
        values = dict(self._constants)
        for name, (path, derive) in self._bound.items():
            value = lookup(variables, path)
            values[name] = derive(value) if derive else value
        return values


def lookup(variables: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        variables = variables[step]
    return variables
