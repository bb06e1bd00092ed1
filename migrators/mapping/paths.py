"""Paths over the links of a database, as the mapping tables spell them.

A path such as `dataCollectionGroupId>DataCollectionGroup.sessionId` starts at a row,
follows a link by value and names a column. `@MX_wavelength` is a parameter of the row, as
if it were a column of it (`migrators/mapping/values.py`).
"""

import re
from dataclasses import dataclass

STEP = re.compile(r"^(@?\w+)(?:([<>])(\w+)(?:/(\w+))?)?$")


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path: by the value of `column` to rows of `table`.

    `back` links to every row that has that value in a column, `there`, of the same name
    unless it is given (`a<B/c`); forward links to the one row whose key it is.
    """

    column: str
    table: str
    back: bool
    there: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Links to follow and the column at the end; no column means the row itself."""

    steps: tuple[Step, ...]
    column: str

    @classmethod
    def parse(cls, text: str) -> "Path":
        """Read `a>B.c>D` (a row) or `a>B.c` (a column); `.` is the row one stands on."""
        steps = []
        column = ""
        for word in [] if text == "." else text.split("."):
            match = STEP.match(word)
            if match is None or column:
                raise ValueError(f"{text!r} is no path")
            if match[3] is None:
                column = match[1]
            else:
                back = match[2] == "<"
                there = (match[4] or match[1]) if back else ""
                steps.append(Step(match[1], match[3], back, there))
        return cls(tuple(steps), column)


def parse_ways(text: str) -> tuple[Path, ...]:
    """Read several paths to one thing, separated by `|`: the first that leads anywhere counts."""
    return tuple(Path.parse(word) for word in text.split("|") if word)
