"""Wall-clock times to instants, as a join with the periods of a time zone.

An hour that happens twice takes the earlier instant; one that never happened gives
none. A source without a zone is read as UTC.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
from ibis.expr.types import StringValue, Table

from graph.problem import Problem
from migrators.mapping.constants import ZONE, constant

FIRST, LAST = 1985, 2060
ZERO = "0000-00-00"
MILLIS = r"\.(\d{1,3})"
WELL_FORMED = r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?$"


def known_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(
            f"{name} is no time zone", where="--timezone", todo="write it as in Europe/Paris"
        ) from error


@cache
def periods(name: str) -> tuple[tuple[str, str, int], ...]:
    """Stretches of wall-clock time with one offset: from, to (exclusive), seconds.

    Gaps, hours that the clock skips, belong to none. Where the clock goes back, the
    earlier offset keeps the whole hour.
    """
    zone = known_zone(name)
    changes = _changes(zone)
    found = []
    begin = datetime(FIRST, 1, 1)
    for change in changes:
        before, after = _offset(zone, change, -1), _offset(zone, change, 0)
        end = change + before
        found.append((_text(begin), _text(end), int(before.total_seconds())))
        begin = change + max(before, after)
    final = _offset(zone, datetime(LAST, 1, 1), 0)
    found.append((_text(begin), _text(datetime(LAST, 1, 1)), int(final.total_seconds())))
    return tuple(found)


def _changes(zone: ZoneInfo) -> list[datetime]:
    """UTC moments (naive) at which the zone's offset changes, to the second."""
    found = []
    moment = datetime(FIRST, 1, 1)
    while moment < datetime(LAST, 1, 1):
        later = moment + timedelta(days=7)
        if _offset(zone, moment, 0) != _offset(zone, later, 0):
            low, high = moment, later
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if _offset(zone, middle, 0) == _offset(zone, moment, 0):
                    low = middle
                else:
                    high = middle
            found.append(high)
        moment = later
    return found


def _offset(zone: ZoneInfo, moment: datetime, seconds: int) -> timedelta:
    instant = (moment + timedelta(seconds=seconds)).replace(tzinfo=UTC)
    return instant.astimezone(zone).utcoffset() or timedelta()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def tidy(value: StringValue) -> StringValue:
    """`2016-01-14T12:40:34` as the databases write it, dates with a time of zero."""
    text = value.cast("string").replace("T", " ").replace("Z", "")
    return (text.length() == 10).ifelse(text + " 00:00:00", text)


def instants(table: Table, column: str, out: str, zone: str | None) -> Table:
    """Add a column of instants to a table, null where there is none to give.

    Parameters
    ----------
    column
        Wall-clock text, in the zone, or in UTC where the zone is None.
    """
    text = tidy(table[column])
    good = table[column].notnull() & text.re_search(WELL_FORMED) & ~text.startswith(ZERO)
    moment = good.ifelse(text, ibis.null("string")).try_cast("timestamp")
    millis = text.re_extract(MILLIS, 1).rpad(3, "0")
    if zone is None or zone == "UTC":
        return table.mutate(**{out: _from_epoch(moment.epoch_seconds(), millis)})
    spans = constant(ZONE)
    known = table.mutate(z_text=text, z_moment=moment, z_millis=millis)
    joined = known.left_join(
        spans, [known.z_text >= spans.z_from, known.z_text < spans.z_to, known.z_moment.notnull()]
    )
    seconds = joined.z_moment.epoch_seconds() - joined.z_offset
    return joined.mutate(**{out: _from_epoch(seconds, joined.z_millis)}).drop(
        "z_text", "z_moment", "z_millis", "z_from", "z_to", "z_offset"
    )


def _from_epoch(seconds: ibis.expr.types.IntegerValue, millis: StringValue) -> StringValue:
    """An instant in UTC as the graph stores it."""
    moment = seconds.as_timestamp("s")
    # Spark takes every letter of a pattern for a field, so the T stands outside.
    return moment.strftime("%Y-%m-%d") + "T" + moment.strftime("%H:%M:%S") + "." + millis + "Z"
