"""Wall-clock times to instants, as a join with the periods of a time zone.

An hour that happens twice takes the earlier instant; one that never happened gives
none. A source without a zone is read as UTC.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
from ibis.expr.types import IntegerValue, StringValue, Table

from graph.problem import Problem
from migrators.mapping.constants import ZONE, constant

FIRST = 1800
"""Before it no zone changed its clock: what counts there is the first offset that is known."""

CYCLE, LAST = 2100, 2500
"""Beyond its table a zone follows a rule for ever, and the calendar repeats every 400 years."""

STEP = timedelta(days=7)
"""No zone of the tz database changes its clock twice in it."""

END = "13"
"""Behind the last moment of a year, as month, day and time."""

EARLIEST, LATEST = -62_135_596_800, 253_402_300_799
"""The seconds of the years 1 to 9999: an instant beyond them has no text."""

MILLIS = r"\.(\d{1,3})"
WELL_FORMED = r"^\d{4}-\d{2}-\d{2}( ([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?)?$"
SECONDS = 19
"""Letters of a time to the second: a fraction would be rounded to another one."""


def known_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(
            f"{name} is no time zone", where="--timezone", todo="write it as in Europe/Paris"
        ) from error


@cache
def periods(name: str) -> tuple[tuple[int, str, str, int, bool], ...]:
    """Stretches of wall-clock time with one offset, year by year, all years folded into some.

    Each is the year, from and to (exclusive) as month, day and time, the offset in seconds, and
    whether the clock showed those times twice. Gaps, hours that the clock skips, belong to none.
    Where the clock goes back, the earlier offset keeps the hour.
    """
    zone = known_zone(name)
    begin, limit = datetime(FIRST, 1, 1), datetime(LAST, 1, 1)
    found = []
    for change in _changes(zone):
        before, after = _offset(zone, change, -1), _offset(zone, change, 0)
        end, twice = change + before, change + min(before, after)
        found += [(begin, twice, before, False), (twice, end, before, True)]
        begin = change + max(before, after)
    found.append((begin, limit, _offset(zone, limit, 0), False))
    return tuple(row for span in found for row in _by_year(*span))


def _by_year(
    begin: datetime, end: datetime, offset: timedelta, twice: bool
) -> Iterator[tuple[int, str, str, int, bool]]:
    for year in range(begin.year, end.year + 1):
        first = _within(begin) if year == begin.year else _within(datetime(year, 1, 1))
        last = _within(end) if year == end.year else END
        if first < last:
            yield year, first, last, int(offset.total_seconds()), twice


def _changes(zone: ZoneInfo) -> Iterator[datetime]:
    """UTC moments (naive) at which the zone's offset changes, to the second."""
    moment, offset = datetime(FIRST, 1, 1), _offset(zone, datetime(FIRST, 1, 1), 0)
    while moment < datetime(LAST, 1, 1):
        later = moment + STEP
        there = _offset(zone, later, 0)
        if there != offset:
            low, high = moment, later
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _offset(zone, middle, 0) == offset else (low, middle)
            yield high
        moment, offset = later, there


def _offset(zone: ZoneInfo, moment: datetime, seconds: int) -> timedelta:
    instant = (moment + timedelta(seconds=seconds)).replace(tzinfo=zone)
    return zone.fromutc(instant).utcoffset() or timedelta()


def _within(moment: datetime) -> str:
    """A moment without its year."""
    return moment.isoformat(" ", "seconds")[5:]


def tidy(value: StringValue) -> StringValue:
    """`2016-01-14T12:40:34` as the databases write it, dates with a time of zero."""
    text = value.cast("string").replace("T", " ").replace("Z", "")
    return (text.length() == 10).ifelse(text + " 00:00:00", text)


def instants(
    table: Table, column: str, out: str, zone: str | None, twice: str | None = None
) -> Table:
    """Add a column of instants to a table, null where there is none to give.

    Parameters
    ----------
    column
        Wall-clock text, in the zone, or in UTC where the zone is None.
    twice
        The name of a column that says whether the clock showed that time twice.
    """
    text = tidy(table[column])
    good = text.re_search(WELL_FORMED) & ~text.startswith("0000")
    moment = good.ifelse(text.substr(0, SECONDS), ibis.null("string")).try_cast("timestamp")
    wall = moment.epoch_seconds()
    millis = text.re_extract(MILLIS, 1).rpad(3, "0")
    if zone is None or zone == "UTC":
        made = {out: _from_epoch(wall, millis)} | ({twice: ibis.null("boolean")} if twice else {})
        return table.mutate(**made)
    known = table.mutate(
        z_wall=wall, z_millis=millis, z_at=wall.notnull().ifelse(text.substr(5), None),
        z_in=_folded(moment.year().cast("int64")),
    )  # fmt: skip
    spans = constant(ZONE)
    joined = known.left_join(
        spans,
        [known.z_in == spans.z_year, known.z_at >= spans.z_from, known.z_at < spans.z_to],
    )
    made = {out: _from_epoch(joined.z_wall - joined.z_offset, joined.z_millis)}
    if twice:
        made[twice] = joined.z_twice
    return joined.mutate(**made).drop(*HELPERS)


HELPERS = (
    "z_wall", "z_millis", "z_at", "z_in", "z_year", "z_from", "z_to", "z_offset", "z_twice",
)  # fmt: skip


def _folded(year: IntegerValue) -> IntegerValue:
    """The year among those of `periods` in which the clock goes as in this one."""
    far = CYCLE + (year - CYCLE) % (LAST - CYCLE)
    return ibis.cases((year >= LAST, far), (year < FIRST, ibis.literal(FIRST)), else_=year)


def _from_epoch(seconds: IntegerValue, millis: StringValue) -> StringValue:
    """An instant in UTC as the graph stores it; null beyond the years that have four digits."""
    known = seconds.between(EARLIEST, LATEST).ifelse(seconds, ibis.null("int64"))
    moment = known.as_timestamp("s")
    # Spark takes every letter of a pattern for a field, so the T stands outside.
    return moment.strftime("%Y-%m-%d") + "T" + moment.strftime("%H:%M:%S") + "." + millis + "Z"
