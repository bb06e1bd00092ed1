"""A source as identity sees it: its mapped tables, and what its records may be compared with."""

from dataclasses import dataclass

from migrators.mapping import Mapped, Mapping
from migrators.mapping.world import slug


@dataclass(frozen=True, slots=True)
class Origin:
    """The mapped tables of one source, its name, and the rules that made them.

    Records are compared with those of other systems at the same facility.
    """

    name: str
    mapped: Mapped
    mapping: Mapping
    system: str
    facility: str

    @property
    def slug(self) -> str:
        """The facility as ids spell it."""
        return slug(self.facility)
