"""End statements that run over their time on an engine without a timeout.

The embedded engine ignores the driver's timeout, and a statement whose client is
gone still holds a core (reference: engines, section 2). It can list and terminate
transactions, so a watchdog finds the statement by a mark in its text and ends it.

The mark stands at the head, because the list of transactions cuts a long text. Marks are used
again: the engine keeps the plans of texts that it knows, and would know none if each were new.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count

import neo4j
from neo4j.exceptions import ClientError, Neo4jError

from graph.problem import Problem

FIND = "SHOW TRANSACTIONS"


def too_slow(seconds: float) -> Problem:
    """What is said of a statement that ran over its time."""
    return Problem(
        f"the answer took longer than {seconds:g} s", todo="ask for less at once", code="TIMEOUT"
    )


class Watchdog:
    """Watches the statements of one driver."""

    def __init__(self, driver: neo4j.AsyncDriver, database: str) -> None:
        self._driver = driver
        self._database = database
        self._name = secrets.token_hex(6)  # another process may watch the same engine
        self._numbers = count(1)
        self._free: list[int] = []

    @asynccontextmanager
    async def over(self, statement: str, seconds: float) -> AsyncIterator[str]:
        """Watch one statement; yields the text to run, which carries a mark."""
        number = self._free.pop() if self._free else next(self._numbers)
        mark = f"/* beamgraph {self._name} {number} */"
        late = asyncio.Event()
        task = asyncio.create_task(self._end_after(mark, seconds, late))
        try:
            yield f"{mark} {statement}"
        except (ClientError, Neo4jError) as error:
            if not late.is_set():
                raise
            raise too_slow(seconds) from error
        finally:
            if not late.is_set():
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._free.append(number)

    async def _end_after(self, mark: str, seconds: float, late: asyncio.Event) -> None:
        await asyncio.sleep(seconds)
        late.set()
        async with self._driver.session(database=self._database) as session:
            for row in await (await session.run(FIND)).data():
                if str(row["currentQuery"]).startswith(mark):
                    ended = await session.run(f"TERMINATE TRANSACTIONS '{row['transactionId']}'")
                    await ended.consume()
