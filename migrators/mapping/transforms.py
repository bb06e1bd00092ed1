"""How columns become values in canonical units: one small function a transform.

The facts behind them are in `ontologies/quantities.tsv`; the traps that each one meets
are named where it does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce, wraps

import ibis
from ibis.expr.types import Value

from migrators.mapping.numbers import digit, finite, number, whole
from migrators.mapping.world import slug_of

SENTINEL = -9999.0


@dataclass(frozen=True, slots=True)
class Context:
    """What a transform may need to know of the source."""

    flavour: str
    facility: str
    zone: str | None


Transform = Callable[[Sequence[Value], Context], Value]
TRANSFORMS: dict[str, Transform] = {}


def transform(function: Transform) -> Transform:
    """Register a transform under the name the mapping tables use.

    What arithmetic makes of finite numbers may be infinite; here it is none, whichever transform.
    """

    @wraps(function)
    def guarded(columns: Sequence[Value], context: Context) -> Value:
        value = function(columns, context)
        return finite(value) if value.type().is_floating() else value

    TRANSFORMS[function.__name__.rstrip("_")] = guarded
    return guarded


@transform
def text(columns: Sequence[Value], _: Context) -> Value:
    """Text without white space around it; an empty text is none."""
    return columns[0].cast("string").strip().nullif("")


@transform
def raw(columns: Sequence[Value], _: Context) -> Value:
    """Text exactly as it stands: an empty one may be an answer."""
    return columns[0].cast("string")


@transform
def lower(columns: Sequence[Value], _: Context) -> Value:
    """Text in lower case."""
    return text(columns, _).lower()


@transform
def int_(columns: Sequence[Value], _: Context) -> Value:
    """A whole number."""
    return whole(columns[0])


@transform
def float_(columns: Sequence[Value], _: Context) -> Value:
    """A number in the unit of the source."""
    return number(columns[0])


@transform
def thousand(columns: Sequence[Value], _: Context) -> Value:
    """Millimetres to micrometres: beam sizes are mm in DataCollection."""
    return number(columns[0]) * 1000.0


@transform
def tenth(columns: Sequence[Value], _: Context) -> Value:
    """Ångström to nanometres: defocus."""
    return number(columns[0]) / 10.0


@transform
def percent(columns: Sequence[Value], _: Context) -> Value:
    """Per cent to a fraction: transmission is % in DataCollection, a fraction in plans."""
    return (number(columns[0]) / 100.0).round(10)


@transform
def fraction(columns: Sequence[Value], _: Context) -> Value:
    """Correlations stand as fractions and as per cent in one column: beyond 1 is per cent."""
    value = number(columns[0])
    return (value.abs() > 1).ifelse((value / 100.0).round(10), value)


@transform
def angle(columns: Sequence[Value], _: Context) -> Value:
    """Degrees; MXCuBE writes -9999 where a goniometer has no such axis."""
    value = number(columns[0])
    return (value == SENTINEL).ifelse(ibis.null("float64"), value)


@transform
def scan_end(columns: Sequence[Value], _: Context) -> Value:
    """Start + images × (width − overlap); axisEnd of the source is the width at Diamond.

    An overlap below -1 is the negative offset of a wedge, not an overlap of images.
    """
    start, images, width, overlap = (number(column) for column in columns)
    lap = ibis.coalesce(overlap, 0.0)
    lap = (lap < -1).ifelse(0.0, lap)
    return start + images * (width - lap)


@transform
def unswap(columns: Sequence[Value], _: Context) -> Value:
    """The first column: refinedXBeam speaks of yBeam in every row known, and the other way."""
    return number(columns[0])


@transform
def mx_dose(columns: Sequence[Value], _: Context) -> Value:
    """Dose in MGy; the column is e-/Å² where a voltage says that this is cryo-EM."""
    return number(columns[1]).isnull().ifelse(number(columns[0]), ibis.null("float64"))


@transform
def mass(columns: Sequence[Value], _: Context) -> Value:
    """Dalton; a mass below 1000 can only be in kDa (py-ispyb), above it Da (SynchWeb)."""
    value = number(columns[0])
    return (value < 1000).ifelse(value * 1000.0, value)


@transform
def flag(columns: Sequence[Value], _: Context) -> Value:
    """0 or 1 to false or true."""
    return digit(columns[0]) != 0


@transform
def any_flag(columns: Sequence[Value], _: Context) -> Value:
    """True where one of the flags is set, false where none of those that are there is."""
    flags = [digit(item).abs() for item in columns]
    return ibis.greatest(*[ibis.coalesce(item, -1) for item in flags]).nullif(-1) > 0


@transform
def concat(columns: Sequence[Value], _: Context) -> Value:
    """Texts joined without anything between."""
    return reduce(lambda left, right: left + right, [text([item], _) for item in columns])


@transform
def words(columns: Sequence[Value], _: Context) -> Value:
    """Those of the texts that are there, joined by a space."""
    joined = reduce(
        lambda left, right: left + " " + right,
        [ibis.coalesce(text([item], _), "") for item in columns],
    )
    return joined.strip().nullif("")


@transform
def first(columns: Sequence[Value], _: Context) -> Value:
    """The first text that is there."""
    return ibis.coalesce(*[text([item], _) for item in columns])


@transform
def visit_name(columns: Sequence[Value], _: Context) -> Value:
    """`cm14451-1`: proposal code and number, and the number of the visit."""
    code, digits, visit = (text([item], _) for item in columns)
    return code + digits + visit.notnull().ifelse("-" + visit, "")


@transform
def path(columns: Sequence[Value], _: Context) -> Value:
    """Directory and file name with one slash between."""
    folder, name = (text([item], _) for item in columns)
    return folder.isnull().ifelse(name, folder.re_replace(r"/+$", "") + "/" + name)


@transform
def file_name(columns: Sequence[Value], _: Context) -> Value:
    """The last part of a path."""
    return text(columns, _).re_extract(r"([^/]+)/?$", 1)


@transform
def facility(columns: Sequence[Value], context: Context) -> Value:
    """The facility of the source; of a source of several that of the row."""
    told = [text([column], context) for column in columns]
    return ibis.coalesce(*told, ibis.literal(context.facility))


@transform
def facility_key(columns: Sequence[Value], _: Context) -> Value:
    """The facility of a row as ids spell it."""
    return slug_of(columns[0])


@transform
def zone_assumed(_: Sequence[Value], context: Context) -> Value:
    """True where nobody said in which zone the source's times are."""
    return ibis.literal(True) if context.zone is None else ibis.null("boolean")


@transform
def trigger(columns: Sequence[Value], _: Context) -> Value:
    """What started a run."""
    value = digit(columns[0])
    return ibis.cases((value == 1, "automatic"), (value == 0, "user"), else_=ibis.null("string"))


@transform
def success(columns: Sequence[Value], _: Context) -> Value:
    """1 or 0 to an outcome."""
    value = digit(columns[0])
    return ibis.cases((value == 1, "succeeded"), (value == 0, "failed"), else_=ibis.null("string"))


@transform
def outcome_word(columns: Sequence[Value], _: Context) -> Value:
    """How a run ended, from a word for it."""
    told = text(columns, _).lower()
    return ibis.cases(
        (told.re_search("success|finished|done|complete"), "succeeded"),
        (told.re_search("fail|error|abort"), "failed"),
        (told.re_search("run|start|pend"), "running"),
        (told.notnull(), "unknown"),
        else_=ibis.null("string"),
    )


@transform
def outcome(columns: Sequence[Value], context: Context) -> Value:
    """How a run ended.

    At Diamond 1, 0 and NULL (still running). At ESRF an enumeration into which whole
    numbers were written: 0 became the empty text and 1 RUNNING, so for those two only the
    message tells.
    """
    status = _status(columns[0])
    told = ibis.coalesce(columns[1].cast("string"), "").lower()
    null = "running" if context.flavour == "dls" else "unknown"
    return ibis.cases(
        (status.isin(["1", "SUCCESS"]), "succeeded"),
        (status.isin(["0", "FAILED"]), "failed"),
        (status.isnull(), null),
        (told.contains("success"), "succeeded"),
        (told.contains("fail") | told.contains("error"), "failed"),
        (status == "RUNNING", "running"),
        else_="unknown",
    )


def _status(value: Value) -> Value:
    """The status of a run in upper case; bits are their digit."""
    told = digit(value) if value.type().is_binary() else value
    return told.cast("string").strip().upper()
