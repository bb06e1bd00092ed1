"""Put the application together: its routes, its life, its headers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.resolvers import Api
from graph.web.answers import fail, not_served
from graph.web.endpoint import graphql
from graph.web.health import health
from graph.web.origin import Authority, SameOrigin
from graph.web.pages import example, examples, home

STATIC = files("graph.web") / "static"

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""No request of a page leaves the host. GraphiQL's editor sets styles on elements."""


class SafeHeaders:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its response back with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def build_app(
    open_api: Callable[[], Awaitable[Api]], allowed_hosts: Iterable[Authority] = ()
) -> Starlette:
    """The application over an API that is opened when it starts and closed when it ends.

    Parameters
    ----------
    allowed_hosts
        Names of this host beside those of loopback: what a proxy is called by.
    """

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        api = await open_api()
        app.state.api = api
        try:
            yield
        finally:
            await api.graph.close()

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            Route("/health", health),
            Route("/examples", examples),
            Route("/examples/{name}", example),
            Route("/favicon.ico", _nothing),
            Route("/", home),
            Mount("/static", StaticFiles(directory=str(STATIC), check_dir=False)),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(SameOrigin, allowed=allowed_hosts),
            Middleware(GZipMiddleware, minimum_size=2_000),
        ],
        exception_handlers={HTTPException: not_served, Exception: fail},
        lifespan=life,
    )


async def _nothing(_: Request) -> Response:
    return Response(status_code=204)
