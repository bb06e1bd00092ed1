"""The one wire to a graph: the official driver, with clear errors around it."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import neo4j
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

from graph.engine.dialect import TELL, Dialect, dialect_of
from graph.engine.watchdog import Watchdog, too_slow
from graph.problem import Problem

# Every label and edge type of the model is asked for, also while a graph has none of them
# yet; the server's warnings about that would hide real ones.
logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)

Params = Mapping[str, Any]
Rows = list[dict[str, Any]]
Ask = Callable[[str, Params], Awaitable[Rows]]


PATIENCE = 15.0
"""Seconds in which a write is repeated while its server does not answer: one that starts again."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a graph is, and who asks.

    Parameters
    ----------
    url
        `bolt://`, `neo4j://` or `neo4j+s://` address.
    timeout
        Seconds after which a read is ended.
    """

    url: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"
    timeout: float = 30.0

    def options(self) -> dict[str, Any]:
        """How every driver is opened; refuses what is no address of a graph."""
        if not self.url.startswith(("bolt://", "bolt+", "neo4j://", "neo4j+")):
            raise ValueError("not the address of a graph (bolt:// or neo4j://)")
        return {
            "auth": (self.user, self.password),
            "connection_timeout": 5.0,
            "connection_acquisition_timeout": 30.0,
            "max_transaction_retry_time": PATIENCE,
            "user_agent": "beamgraph",
        }


@contextmanager
def clear_errors(url: str) -> Iterator[None]:
    """Turn what the driver raises into one line a person can act on."""
    try:
        yield
    except AuthError as error:
        raise Problem(
            "the graph refused user and password",
            where=url,
            todo="set BEAMGRAPH_GRAPH_USER and BEAMGRAPH_GRAPH_PASSWORD",
            code="GRAPH_UNAVAILABLE",
        ) from error
    except ServiceUnavailable as error:
        raise Problem(
            "no graph server answers",
            where=url,
            todo="start it, or set BEAMGRAPH_GRAPH_URL",
            code="GRAPH_UNAVAILABLE",
        ) from error
    except (DriverError, ValueError) as error:
        raise Problem(
            str(error),
            where=url,
            todo="check BEAMGRAPH_GRAPH_URL",
            code="GRAPH_UNAVAILABLE",
        ) from error
    except Neo4jError as error:
        raise Problem(
            error.message or str(error), where=url, code="INTERNAL_SERVER_ERROR"
        ) from error


class Graph:
    """A graph for work that reads and writes in order, such as a load."""

    def __init__(self, target: Target) -> None:
        self.target = target
        with clear_errors(target.url):
            self._driver = neo4j.GraphDatabase.driver(target.url, **target.options())
            try:
                self._driver.verify_connectivity()
                self.dialect: Dialect = dialect_of(len(self.run(TELL)))
            except BaseException:
                self._driver.close()
                raise

    def reopen(self) -> None:
        """Connect anew: the server was started again."""
        self._driver.close()
        with clear_errors(self.target.url):
            self._driver = neo4j.GraphDatabase.driver(self.target.url, **self.target.options())
            self._driver.verify_connectivity()

    def __enter__(self) -> "Graph":
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.close()

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self.target.database)

    def run(self, statement: str, params: Params | None = None) -> Rows:
        """Run one statement outside a managed transaction (schema, SHOW)."""
        with clear_errors(self.target.url), self._session() as session:
            return session.run(statement, dict(params or {})).data()

    def read(self, statement: str, params: Params | None = None) -> Rows:
        """Read in a managed transaction, repeated when the server says so."""
        with clear_errors(self.target.url), self._session() as session:
            return session.execute_read(lambda tx: tx.run(statement, dict(params or {})).data())

    def stream(self, statement: str, params: Params | None = None) -> Iterator[dict[str, Any]]:
        """Read many rows without holding them."""
        with clear_errors(self.target.url), self._session() as session:
            for record in session.run(statement, dict(params or {})):
                yield record.data()

    def write(self, statement: str, params: Params | None = None) -> Mapping[str, int]:
        """Write in a managed transaction; return the server's counters."""

        def work(tx: neo4j.ManagedTransaction) -> Mapping[str, int]:
            result = tx.run(statement, dict(params or {}))
            counters = result.consume().counters
            names = ("nodes_created", "nodes_deleted", "relationships_created", "properties_set")
            return {name: int(getattr(counters, name)) for name in names}

        with clear_errors(self.target.url), self._session() as session:
            return session.execute_write(work)


class AsyncGraph:
    """A graph for the API: every document is read in one go."""

    def __init__(self, driver: neo4j.AsyncDriver, target: Target, dialect: Dialect) -> None:
        self.driver = driver
        self.target = target
        self.dialect = dialect
        self._watchdog = None if dialect.obeys_timeouts else Watchdog(driver, target.database)

    @classmethod
    async def open(cls, target: Target) -> "AsyncGraph":
        """Connect, and find out which engine answers."""
        with clear_errors(target.url):
            driver = neo4j.AsyncGraphDatabase.driver(target.url, **target.options())
            try:
                await driver.verify_connectivity()
                async with driver.session(database=target.database) as session:
                    procedures = await (await session.run(TELL)).data()
            except BaseException:
                await driver.close()
                raise
        return cls(driver, target, dialect_of(len(procedures)))

    async def close(self) -> None:
        """Give all connections back."""
        await self.driver.close()

    async def read(self, statement: str, params: Params) -> Rows:
        """Answer one statement, which is a transaction by itself."""
        with clear_errors(self.target.url):
            async with self.driver.session(
                database=self.target.database, default_access_mode=neo4j.READ_ACCESS
            ) as session:
                query: Any = statement
                if self.dialect.obeys_timeouts:
                    query = neo4j.Query(statement, timeout=self.target.timeout)
                return await self._guarded(session.run, query, params)

    async def _guarded(
        self, run: Callable[..., Awaitable[neo4j.AsyncResult]], statement: Any, params: Params
    ) -> Rows:
        if self._watchdog is None:
            try:
                return await _values(await run(statement, dict(params)))
            except ClientError as error:
                raise _timed_out(error, self.target.timeout) from error
        async with self._watchdog.over(statement, self.target.timeout) as tagged:
            return await _values(await run(tagged, dict(params)))


def _timed_out(error: ClientError, seconds: float) -> Exception:
    if "TransactionTimedOut" in (error.code or ""):
        return too_slow(seconds)
    return error


async def _values(result: neo4j.AsyncResult) -> Rows:
    keys: Sequence[str] = result.keys()
    return [dict(zip(keys, record.values(), strict=True)) async for record in result]
