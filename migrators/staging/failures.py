"""Whatever a driver raises while a source is read, as one clear line.

Drivers raise what they like: errors of their own without a common base, of the system, of a codec,
of asyncio. So everything that comes out of a driver's call is caught there, and only there.
"""

from graph.problem import Problem

AGAIN = "run the same command again: finished tables are not read twice in vain"
DAMAGED = (126, 127, 130, 134, 144, 145, 1016, 1034, 1035, 1194, 1195, 1712, 1877)
"""Codes of MariaDB for a table whose file is damaged."""
REFUSED = (1044, 1045, 1049, 1142, 1143, 1227, 1698, 3159)
"""Codes for who may not, and for a database that is not there."""


def reading_failed(error: Exception, place: str, what: str = "") -> Problem:
    """What to tell a person of an error that a driver raised.

    Parameters
    ----------
    what
        What was read, as `table BLSample`; empty where a connection was made.
    """
    code = error.args[0] if error.args and isinstance(error.args[0], int) else None
    reason = _reason(error)
    if code in DAMAGED or "malformed" in reason:
        told = f"{what or 'the database'} is damaged: {reason}"
        todo = "repair it at the source; until then the earlier snapshot counts"
    elif not what or code in REFUSED:
        told = f"the database cannot be read: {reason}"
        todo = "check address, user and password"
    else:
        told, todo = f"the source went away while {what} was read: {reason}", AGAIN
        if isinstance(error, UnicodeError):
            told = f"{what} holds text that is none: {reason}"
            todo = "correct it at the source"
    return Problem(told, where=place, todo=todo)


def _reason(error: Exception) -> str:
    """What the error says, never what was sent: a codec's message would quote it."""
    if isinstance(error, UnicodeError):
        return "its bytes are not valid in its character set"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    words = [str(item) for item in error.args if isinstance(item, str)]
    return ", ".join(words) or type(error).__name__
