"""What tables and columns are called behind the source: names that are safe and apart everywhere.

A table's name becomes part of names of files and of statements, where a slash, a quote, a dot or
the case of a letter mean something else than at the source, and our own columns stand beside those
of the source. So a plain name stays; in any other each letter that is not plain is its number in
hexadecimal between two `~`, and what would meet another name ends with `~2`. The source is asked by
its own names.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from migrators.staging.shape import ForeignKey, Shape

LONGEST = 100
PLAIN = re.compile(r"[A-Za-z0-9_$ ]")
OURS = re.compile(r"_hash|_nth|_owner|_at|_key|_made|_gone|owner|p\d+__.*|@.*|", re.IGNORECASE)
"""Columns that statements add to those of a source, and what rules write for a parameter."""


def apart(shapes: Iterable[Shape], known: Mapping[str, str]) -> dict[str, Shape]:
    """Shapes by the name that they go by from here on.

    Parameters
    ----------
    known
        What tables of a system are called here, by their name at the source. A source that does
        not tell the case of a letter has them too; of two the one spelled exactly so has the name.
    """
    loose = {name.lower(): called for name, called in known.items()}

    def rank(shape: Shape) -> tuple[int, str]:
        exact = 0 if shape.name in known else 1 if shape.name.lower() in loose else 2
        return exact, shape.name

    found: dict[str, Shape] = {}
    names: dict[str, str] = {}
    for shape in sorted(shapes, key=rank):
        wanted = known.get(shape.name) or loose.get(shape.name.lower())
        name = _free(wanted or table_name(shape.name), {item.lower() for item in found})
        names[shape.name] = name
        names.setdefault(shape.name.lower(), name)
        found[name] = columns_apart(shape.called(name))
    return {name: _linked(found[name], names) for name in sorted(found)}


def table_name(name: str) -> str:
    """A name for files and statements; a plain one is itself."""
    plain = "".join(letter if PLAIN.fullmatch(letter) else f"~{ord(letter):x}~" for letter in name)
    if len(plain) > LONGEST:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        plain = f"{plain[:LONGEST]}~{digest}"
    return plain if plain.strip() == plain and plain else f"~{plain}~"


def columns_apart(shape: Shape) -> Shape:
    """The shape with columns that meet neither each other nor ours."""
    taken: set[str] = set()
    columns = []
    for column in shape.columns:
        mine = OURS.fullmatch(column.name) is not None or "\x00" in column.name
        name = _free(f"~{column.name}" if mine else column.name, taken)
        taken.add(name.lower())
        columns.append(column if name == column.name else column.called(name))
    told = {item.source_name: item.name for item in columns}
    key = tuple(told.get(name, name) for name in shape.key)
    links = tuple(
        ForeignKey(
            tuple(told.get(name, name) for name in link.columns), link.parent, link.parent_columns
        )
        for link in shape.foreign_keys
    )
    return replace(shape, columns=tuple(columns), key=key, foreign_keys=links)


def _linked(shape: Shape, names: dict[str, str]) -> Shape:
    links = tuple(
        replace(link, parent=names.get(link.parent) or names.get(link.parent.lower(), link.parent))
        for link in shape.foreign_keys
    )
    return replace(shape, foreign_keys=links)


def _free(name: str, taken: Collection[str]) -> str:
    """The name, or the first of its kind that is free; case does not tell names apart."""
    wanted, number = name, 1
    while wanted.lower() in taken:
        number += 1
        wanted = f"{name}~{number}"
    return wanted
