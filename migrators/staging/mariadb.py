"""Stream rows from MariaDB or MySQL.

asyncmy reads a million rows a second and keeps zero dates (reference: toolbox), so it
reads whichever driver the URL names, shapes as well as rows. Times stay the text of the server: a
date like `0000-00-00` has no other form. `TIMESTAMP`s are rendered in UTC.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import asyncmy
from asyncmy.constants import FIELD_TYPE
from asyncmy.converters import conversions
from asyncmy.cursors import SSCursor
from asyncmy.errors import MySQLError

from migrators.staging.address import Address
from migrators.staging.options import arguments

BATCH = 10_000
LAST_TURNS = 3
"""Turns of the loop in which a connection lets go of its socket."""
TEXT = (
    FIELD_TYPE.DATE, FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP, FIELD_TYPE.TIME,
    FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL,
)  # fmt: skip
"""Kinds that stay the text of the server."""
SETUP = (
    "SET time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


class MariaDb:
    """One consistent snapshot of a server's database."""

    def __init__(self, address: Address) -> None:
        self._loop = asyncio.new_event_loop()
        try:
            self._connection = self._loop.run_until_complete(self._opened(address))
        except BaseException:
            self._end()
            raise

    async def _opened(self, address: Address) -> Any:
        """Encrypted where the address asks for it, and else where the server can."""
        told, context, must = arguments(address)
        told["conv"] = {code: how for code, how in conversions.items() if code not in TEXT}
        if context is None or must:
            return await self._begun(told, context)
        try:
            return await self._begun(told, context)
        except MySQLError as error:
            if "[SSL" not in str(error):  # what the driver says of a server that has none
                raise
            return await self._begun(told, None)

    async def _begun(self, told: dict[str, Any], context: Any) -> Any:
        connection = await asyncmy.connect(ssl=context, **told)
        try:
            async with connection.cursor() as cursor:
                for statement in SETUP:
                    await cursor.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def rows(self, statement: str, batch: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of so many rows, held one batch at a time."""
        cursor = self._connection.cursor(SSCursor)
        run = self._loop.run_until_complete
        run(cursor.execute(statement))
        try:
            while rows := self._fetched(cursor, batch):
                yield rows
        finally:
            self._listen(on=True)
            run(cursor.close())

    def _fetched(self, cursor: SSCursor, batch: int) -> list[tuple[Any, ...]]:
        """The next rows; only while they wait for the server is anything read from it.

        The driver takes whatever has arrived, and knows no end of it: with a server that is
        faster than we are a whole table would stand in memory.
        """
        self._listen(on=False)
        task = self._loop.create_task(cursor.fetchmany(batch))
        self._loop.run_until_complete(asyncio.sleep(0))  # it takes what is there
        if not task.done():
            self._listen(on=True)
        rows: list[tuple[Any, ...]] = self._loop.run_until_complete(task)
        return rows

    def _listen(self, *, on: bool) -> None:
        transport = self._connection._transport
        if transport is None or transport.is_closing():
            return
        if on:
            transport.resume_reading()
        else:
            transport.pause_reading()

    def close(self) -> None:
        """End the transaction and the connection."""
        with suppress(Exception):  # it may have gone before
            if self._connection._transport is not None:
                self._connection._transport.abort()  # TLS would wait for the server's farewell
            self._connection.close()
        self._end()

    def _end(self) -> None:
        for _ in range(LAST_TURNS):
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
