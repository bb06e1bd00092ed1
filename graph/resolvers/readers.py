"""From what the graph gave for a node to the tree that the client asked for.

The statement names a value by its property or its place, never by the key that the client
chose; so one statement serves every spelling, and the keys are put on here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.resolvers.plan import TYPE, Read
from graph.resolvers.selection import Field


class Entries:
    """The entries of a map in a statement, and under which keys the client wants them."""

    def __init__(self) -> None:
        self._entries: dict[str, str] = {}
        self._steps: list[tuple[str, str, Read | None]] = []
        self._constants: dict[str, Any] = {}

    def constant(self, key: str, value: Any) -> None:
        """A key whose value is known before anything is asked."""
        self._constants[key] = value

    def named(self, key: str, name: str, expression: str) -> None:
        """A key whose value stands under a name of the model, once however often asked."""
        self._entries[name] = expression
        self._steps.append((key, name, None))

    def add(self, key: str, expression: str, read: Read) -> None:
        """A key whose value stands under its place, and is read further."""
        place = f"f{len(self._steps)}"
        self._entries[place] = expression
        self._steps.append((key, place, read))

    @property
    def expression(self) -> str:
        """The map."""
        return f"{{{', '.join(f'{name}: {text}' for name, text in self._entries.items())}}}"

    def reader(self, label: str) -> Read:
        """How one such map is read as an object of a type."""
        steps, constants = tuple(self._steps), {TYPE: label, **self._constants}

        def read(raw: Mapping[str, Any]) -> dict[str, Any]:
            tree = dict(constants)
            for key, name, further in steps:
                tree[key] = further(raw[name]) if further else raw[name]
            return tree

        return read


def each_reader(read: Read) -> Read:
    """A list, each of it read."""
    return lambda raw: [read(item) for item in raw]


def first_reader(read: Read) -> Read:
    """The first of a list, or nothing."""
    return lambda raw: read(raw[0]) if raw else None


def sorted_reader(read: Read) -> Read:
    """A list by ids, each of it read."""

    def everything(raw: list[dict[str, Any]]) -> list[Any]:
        return [read(item["n"]) for item in sorted(raw, key=lambda item: str(item["id"]))]

    return everything


def any_reader(readers: Mapping[str, Read], base: Sequence[Field]) -> Read:
    """A node of any label: those that were named by their readers, others by `base`."""

    def read(raw: dict[str, Any]) -> dict[str, Any]:
        label = raw["l"]
        if label in readers:
            found: dict[str, Any] = readers[label](raw[label][0])
            return found
        tree: dict[str, Any] = {TYPE: label}
        for item in base:
            tree[item.key] = label if item.name == "__typename" else raw["b"].get(item.name)
        return tree

    return read
