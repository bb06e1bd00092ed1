"""What a source says of its own tables."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Kind = Literal["int", "float", "decimal", "text", "binary", "timestamp", "datetime", "date"]
"""How a column is staged. All times stay the text the source gives, so that zero dates
survive: a `timestamp` is UTC, a `datetime` the wall clock of the facility."""


Cast = Literal["", "single", "bits"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type as the source spells it, and how it is staged.

    `physical` is its name in the database where that is another one. `cast` is `single` where the
    source holds numbers of single precision and must be asked for all their digits, `bits` where
    its driver gives a number as bytes.
    """

    name: str
    type: str
    kind: Kind
    physical: str | None = None
    cast: Cast = ""

    @property
    def source_name(self) -> str:
        """What the source calls it."""
        return self.name if self.physical is None else self.physical

    def called(self, name: str) -> "Column":
        """The same column under another name."""
        return replace(self, name=name, physical=self.source_name)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A declared link from columns of one table to the key of another."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


Link = tuple[str, str, str, str]
"""A reference of one column: table, column, the table it leads to, and the column there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One table; `physical` is its name in the database where that is another one."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    physical: str | None = None

    @property
    def source_name(self) -> str:
        """What the source calls it."""
        return self.name if self.physical is None else self.physical

    def called(self, name: str) -> "Shape":
        """The same table under another name."""
        physical = None if name == self.source_name else self.source_name
        return replace(self, name=name, physical=physical)

    def column(self, name: str) -> Column | None:
        """The column of that name; case does not count between flavours of ISPyB."""
        wanted = name.lower()
        for item in self.columns:
            if item.name.lower() == wanted:
                return item
        return None

    @property
    def batch(self) -> int:
        """How many rows to hold at once, so that long texts do not fill the memory."""
        kinds = " ".join(column.type.lower() for column in self.columns)
        if any(word in kinds for word in ("longtext", "longblob", "mediumtext", "mediumblob")):
            return 50
        return 1_000 if any(word in kinds for word in ("text", "blob")) else 10_000

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Shape":
        """From the manifest."""
        links = [
            ForeignKey(tuple(item["columns"]), item["parent"], tuple(item["parent_columns"]))
            for item in told["foreign_keys"]
        ]
        columns = tuple(Column(**item) for item in told["columns"])
        physical = told.get("physical")
        return cls(told["name"], columns, tuple(told["key"]), tuple(links), physical)


_KINDS: tuple[tuple[str, Kind], ...] = (
    ("timestamp", "timestamp"),
    ("datetime", "datetime"),
    ("date", "date"),
    ("decimal", "decimal"),
    ("numeric", "decimal"),
    ("int", "int"),
    ("bool", "int"),
    ("year", "int"),
    ("bit", "int"),
    ("float", "float"),
    ("double", "float"),
    ("real", "float"),
    ("blob", "binary"),
    ("binary", "binary"),
)
_GEOMETRY = ("geometry", "point", "linestring", "polygon", "multi")
_WORDS = ("enum", "set", "char", "varchar", "text", "inet", "uuid", "json")


def kind_of(type_name: str) -> Kind:
    """How a column of a declared type is staged; what is unknown is text."""
    lowered = type_name.lower()
    if lowered.startswith(_GEOMETRY):
        return "binary"
    if lowered.startswith(_WORDS):
        return "text"
    for word, kind in _KINDS:
        if word in lowered:
            return kind
    return "text"
