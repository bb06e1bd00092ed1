"""Small tables that expressions join with: time zones, units, names of parameters.

They have names that do not change, so that a statement over them can be kept.
"""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any

import ibis
import pyarrow
from ibis.expr.types import Table

from ontologies.units import units

ZONE = "c_zone"
UNITS = "c_units"
ASKED = "c_asked_"

SHAPES: Dict[str, Dict[str, str]] = {
    ZONE: {
        "z_year": "int64", "z_from": "string", "z_to": "string", "z_offset": "int64",
        "z_twice": "boolean",
    },
    UNITS: {
        "spelling": "string", "dimension": "string", "factor": "float64", "zero": "float64",
    },
    ASKED: {"asked": "string", "code": "int32"},
}  # fmt: skip


def constant(name: str) -> Table:
    """A small table by its name, as an expression."""
    return ibis.table(ibis.schema(dict(shape_of(name))), name=name)


def shape_of(name: str) -> Dict[str, str]:
    """The columns of a small table."""
    return next(shape for head, shape in SHAPES.items() if name.startswith(head))


def unit_rows() -> list[tuple[Any, ...]]:
    """Every spelling of a unit."""
    return [(u.spelling, u.dimension, u.factor, u.offset) for u in units().values()]


def nothing(columns: Dict[str, str]) -> Table:
    """No rows, of those columns."""
    empty = ibis.literal(0).name("_").as_table()
    empty = empty.filter(empty["_"] == 1)
    return empty.select(**{name: ibis.null(kind) for name, kind in columns.items()})


def make_constants(
    backend: Any, spans: Sequence[tuple[Any, ...]], asked: Dict[str, Sequence[str]]
) -> None:
    """Make the small tables.

    Parameters
    ----------
    spans
        Stretches of wall-clock time with one offset (`migrators.mapping.zones.periods`).
    asked
        By table, the names of the parameters that rules ask of its rows.
    """
    _make(backend, ZONE, spans)
    _make(backend, UNITS, unit_rows())
    for table, names in asked.items():
        _make(backend, ASKED + table, [(name, place) for place, name in enumerate(names)])


def _make(backend: Any, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    shape = shape_of(name)
    kinds = {
        "string": pyarrow.string(), "int64": pyarrow.int64(), "int32": pyarrow.int32(),
        "boolean": pyarrow.bool_(),
    }  # fmt: skip
    schema = pyarrow.schema(
        [(column, kinds.get(kind, pyarrow.float64())) for column, kind in shape.items()]
    )
    arrays = [
        pyarrow.array([row[place] for row in rows], field.type)
        for place, field in enumerate(schema)
    ]
    rows_ = ibis.memtable(pyarrow.table(arrays, schema=schema))
    backend.create_table(name, rows_, temp=True)
