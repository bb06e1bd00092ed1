"""What must be known of a system to read one: how to open it, what it is, whose it is."""

from pathlib import Path
from typing import Protocol

from migrators.icat import connect as icat
from migrators.ispyb import connect as ispyb
from migrators.mapping import Mapping
from migrators.mapping.touched import Place
from migrators.staging import Access, Source
from migrators.staging.shape import Link


class System(Protocol):
    """What the connector of a system offers."""

    OF_ROWS: bool
    """Whether its rows say of which facility they are."""

    def opened(self, address: str, work: Path, access: Access = ...) -> Source:
        """The source at an address; `work` is a folder of its own, `access` beside the address."""
        ...

    def flavour_of(self, source: Source, mapping: Mapping) -> str:
        """Which flavour it is, after checking that it is of this system."""
        ...

    def facilities_of(self, source: Source) -> list[str]:
        """What the source calls its facility; several where it holds several."""
        ...

    def known_columns(self) -> frozenset[Place]:
        """Every table and column that somebody has decided about, in lower case."""
        ...

    def known_links(self, flavour: str) -> tuple[Link, ...]:
        """The references that a flavour declares, whether or not a copy of it does."""
        ...


SYSTEMS: dict[str, System] = {"ispyb": ispyb, "icat": icat}
"""Every system that can be migrated, the most trusted first."""
