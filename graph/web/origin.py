"""Who may ask: requests that name this host, sent by its own pages or by no page at all.

That a server listens on loopback does not keep web pages out. A page whose name is made to mean
127.0.0.1 after it was loaded (DNS rebinding) reads and decides as if it were ours; its name in
`Host` gives it away. A page of another site that sends a form is given away by `Origin`.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.problem import Problem
from graph.web.answers import refuse

AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?", re.ASCII)
ORIGIN = re.compile(r"(https?)://(.+)", re.ASCII | re.IGNORECASE)
PORTS = {"http": 80, "https": 443}
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing; what they answer, a browser keeps from other sites."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A host with its port, if one was said, as `Host` and addresses name them."""

    host: str
    port: int | None

    @property
    def loopback(self) -> bool:
        """Whether it can mean nothing but this machine."""
        if self.host == "localhost":
            return True
        try:
            found = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None) or found
        return bool(mapped.is_loopback)

    def covers(self, other: "Authority") -> bool:
        """Whether the other is meant; one without a port means every port."""
        return self.host == other.host and self.port in (None, other.port)


@lru_cache(maxsize=1_000)
def parse_authority(text: str) -> Authority | None:
    """A host and port, or None. Case and the dot at the end of a name make no difference."""
    match = AUTHORITY.fullmatch(text)
    if match is None:
        return None
    host, port = match[1].lower().strip("[]").removesuffix("."), match[2]
    if not host or (port and int(port) > 65_535):
        return None
    if ":" in host:
        try:
            host = str(ipaddress.IPv6Address(host))
        except ValueError:
            return None
    return Authority(host, int(port) if port else None)


def parse_allowed(names: str) -> tuple[Authority, ...]:
    """The hosts of a setting: names, with or without a port, separated by commas.

    Raises
    ------
    Problem
        Naming what is no host.
    """
    found = []
    for name in (part.strip() for part in names.split(",")):
        authority = parse_authority(name)
        if authority is None and name:
            raise Problem(
                f"{name!r} is no host",
                where="BEAMGRAPH_ALLOWED_HOSTS",
                todo="write names, with a port or without, separated by commas",
            )
        found += [authority] if authority else []
    return tuple(found)


class SameOrigin:
    """Refuses requests that do not name this host, and what pages of other sites send."""

    def __init__(self, app: ASGIApp, allowed: Iterable[Authority] = ()) -> None:
        self.app = app
        self.allowed = tuple(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            try:
                host = self._host(scope)
                if scope["method"] not in SAFE:
                    self._check_sender(scope, host)
            except Problem as problem:
                await refuse(Request(scope), problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _host(self, scope: Scope) -> Authority:
        """The host that a request names in its one Host header."""
        names = _told(scope, b"host")
        host = parse_authority(names[0]) if len(names) == 1 else None
        if host is None:
            raise Problem("the request names no host: it needs one Host header", code="BAD_REQUEST")
        if not host.loopback and not self._allows(host):
            raise Problem(
                f"this server is not {names[0]!r}",
                todo="if it is, add the name to BEAMGRAPH_ALLOWED_HOSTS",
                code="MISDIRECTED_REQUEST",
            )
        return host

    def _allows(self, host: Authority) -> bool:
        return any(name.covers(host) for name in self.allowed)

    def _check_sender(self, scope: Scope, host: Authority) -> None:
        """A browser says which page sends; what is no browser says nothing, and may."""
        sites = _told(scope, b"sec-fetch-site")
        pages = _told(scope, b"origin")
        if any(site not in ("same-origin", "none") for site in sites) or not all(
            self._is_ours(page, host) for page in pages
        ):
            raise Problem("a page of another origin may not send this", code="FORBIDDEN")

    def _is_ours(self, page: str, host: Authority) -> bool:
        match = ORIGIN.fullmatch(page)
        found = parse_authority(match[2]) if match else None
        if match is None or found is None:
            return False
        usual = PORTS[match[1].lower()]
        sender = Authority(found.host, found.port or usual)
        # A proxy may hand on its own name for ours, so a page of a name that is allowed is ours.
        return sender == Authority(host.host, host.port or usual) or self._allows(sender)


def _told(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
