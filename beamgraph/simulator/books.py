"""The books of the laboratory: three databases, the truth, and the numbers they give out."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from beamgraph.simulator.defects import Defects
from beamgraph.simulator.sink import Row, Sink
from migrators.icat.schema import entities

CLOCK = "%Y-%m-%d %H:%M:%S"
KNOWN = 40
AUDIT = {"CREATE_ID": "simulator", "MOD_ID": "simulator"}
ONE = ("ispyb:Proposal", "ispyb:Person", "icat:DataCollection")
"""Tables of which a row that is written again stands for the same thing."""


class Truth:
    """Writes `truth.json` as things become known: every thing with all its records."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._file.write('{"things": [')
        self._first = True
        self._again: defaultdict[str, list[str]] = defaultdict(list)

    def again(self, record: str, copy: str) -> None:
        """A row was written once more: its copy stands for whatever it stands for."""
        self._again[record].append(copy)

    def thing(self, label: str, records: Iterable[str]) -> None:
        """One thing of the world and the rows that stand for it."""
        known = list(records)
        for record in known:  # grows: a copy may have been copied
            known += self._again.get(record, ())
        told = json.dumps({"label": label, "records": known})
        self._file.write(("\n" if self._first else ",\n") + told)
        self._first = False

    def close(self) -> None:
        """End the file."""
        self._file.write("\n]}\n")
        self._file.close()


class Books:
    """Gives out keys and writes rows; the same rows under the same keys in both ISPyB flavours."""

    def __init__(self, dls: Sink, esrf: Sink, icat: Sink, truth: Truth, defects: Defects) -> None:
        self.dls, self.esrf, self._icat, self.truth = dls, esrf, icat, truth
        self._defects = defects
        self._next: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        """How many rows every table of ISPyB and every entity of ICAT has."""
        self.known: defaultdict[str, list[int]] = defaultdict(list)
        """Some of the keys of every table of ISPyB, for whom refers to any row of it."""
        self._tables = {name: entity.table for name, entity in entities().items()}
        self._types: dict[tuple[str, str], int] = {}
        self.facility = 1

    def key(self, table: str) -> int:
        """The next key of a table."""
        self._next[table] += 1
        return self._next[table]

    def ispyb(
        self, table: str, row: Row, *, dls: Row | None = None, esrf: Row | None = None
    ) -> int:
        """A row of both flavours; `dls` and `esrf` are columns that differ. Its first column is
        the key, given out where it is None."""
        name, key = next(iter(row.items()))
        key = self.key(table) if key is None else key
        self.written[table] += 1
        if len(self.known[table]) < KNOWN:
            self.known[table].append(key)
        written, again = self._defects.of("ispyb", table, row={**row, name: key})
        for place, sink, more in (("dls", self.dls, dls), ("esrf", self.esrf, esrf)):
            mine, _ = self._defects.of(f"ispyb-{place}", table, row={**written, **(more or {})})
            sink.add(table, mine)
        if again:
            copy = self.ispyb(table, {**row, name: None}, dls=dls, esrf=esrf)
            self._copied("ispyb", table, key, copy, same=True)
        return key if isinstance(key, int) else 0

    def _copied(self, system: str, table: str, key: Any, copy: int, *, same: bool) -> None:
        place = f"{system}:{table}"
        if same and place in ONE:
            self.truth.again(f"{place}:{key}", f"{place}:{copy}")
        elif place == "ispyb:Protein":
            self.truth.thing("Macromolecule", [f"{place}:{copy}"])

    def icat(self, entity: str, row: Row, at: datetime, name: str = "") -> int:
        """A row of ICAT, made at a time; returns its id. `name` is that of a parameter."""
        key = self.key(f"icat:{entity}")
        self.written[f"icat:{entity}"] += 1
        audit = {**AUDIT, "CREATE_TIME": clock(at), "MOD_TIME": clock(at)}
        places = (entity, f"{entity}@{name}") if name else (entity,)
        written, again = self._defects.of("icat", *places, row=row)
        self._icat.add(self._tables[entity], {"ID": key, **written, **audit})
        if again:
            copy = self.icat(entity, row, at)
            self._copied("icat", entity, key, copy, same=bool(row.get("DOI")))
        return key

    def parameters(
        self, owner: str, key: int, values: dict[str, Any], units: dict[str, str], at: datetime
    ) -> dict[str, int]:
        """Parameters of a dataset, sample or collection: text, as ESRF's ingester writes them.

        Returns the id of each.
        """
        made = {}
        for name, value in values.items():
            if value is None:
                continue
            kind = self._type(name, units.get(name) or "NA", at)
            row = {f"{owner.upper()}_ID": key, "PARAMETER_TYPE_ID": kind}
            told = {**row, "STRING_VALUE": str(value)}
            made[name] = self.icat(f"{owner}Parameter", told, at, name)
        return made

    def _type(self, name: str, unit: str, at: datetime) -> int:
        if (name, unit) not in self._types:
            row = {
                "NAME": name, "UNITS": unit, "VALUETYPE": 2, "FACILITY_ID": self.facility,
                "APPLICABLETODATASET": 1, "APPLICABLETODATACOLLECTION": 1,
                "APPLICABLETOSAMPLE": 1, "APPLICABLETODATAFILE": 0,
                "APPLICABLETOINVESTIGATION": 0, "ENFORCED": 0, "VERIFIED": 1,
            }  # fmt: skip
            made = self._types[(name, unit)] = self.icat("ParameterType", row, at)
            if name == "scanType":
                for value in ("datacollection", "characterisation", "tomo", "powder"):
                    self.icat(
                        "PermissibleStringValue", {"PARAMETERTYPE_ID": made, "VALUE": value}, at
                    )
        return self._types[(name, unit)]

    def close(self) -> None:
        """End all books."""
        for book in (self.dls, self.esrf, self._icat):
            book.close()
        self.truth.close()


def clock(moment: datetime) -> str:
    """A time as the databases write it; all of them are UTC."""
    return moment.strftime(CLOCK)
