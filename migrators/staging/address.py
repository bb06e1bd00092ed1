"""Read the address of a database, and say where it is without a word of its secrets.

A password may hold any letter, and people forget to encode it. So the host is what stands behind
the *last* `@`, a message shows scheme and host alone, and what cannot be told apart for sure is
refused without being shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from graph.problem import Problem, printable

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9.+-]*):/")
HOST = re.compile(r"\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?\]|[A-Za-z0-9_.-]*")
MARIADB = ("mysql", "mariadb")
FORM = "write mysql+pymysql://user:password@host/name or sqlite:///file"
ENCODE = "write @ as %40, : as %3A, / as %2F, ? as %3F and % as %25 in a user or password"


@dataclass(frozen=True, slots=True)
class Address:
    """A database: a file of SQLite, or one of a server's databases.

    `options` is what the address says behind `?`; a file has none, its name may hold anything.
    """

    scheme: str
    file: str = ""
    host: str = ""
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Where it is, for messages and reports: of a server nothing but scheme and host."""
        return printable(f"{self.scheme}:///{self.file}" if self.file else self._server())

    def _server(self) -> str:
        return f"{self.scheme}://{self.host}"

    def signed(self, user: str | None, password: str | None, host: str = "") -> "Address":
        """The same, with a user, a password and a host where it names none."""
        return replace(
            self,
            user=self.user or user,
            password=password if self.password is None else self.password,
            host=self.host or host,
        )

    def telling(self, options: Mapping[str, str], port: str | None) -> "Address":
        """The same with more options, and with a port where it names none."""
        more = replace(self, options={**options, **self.options})
        if self.port is not None or port is None:
            return more
        return replace(more, port=_port(self._server(), f":{port}")[1])


def parse_address(text: str) -> Address:
    """The database at a SQLAlchemy URL.

    Raises
    ------
    Problem
        Where it is none. No part of it is shown that could be one of a password.
    """
    found = SCHEME.match(text)
    scheme = found[1] if found else ""
    backend = scheme.split("+")[0].lower()
    head = f"{scheme}://"
    if found is None or not text.startswith(head) or backend not in (*MARIADB, "sqlite"):
        raise Problem("not the URL of a database", where=shown(text), todo=FORM)
    rest = text[len(head) :]
    if backend == "sqlite":
        if not rest.startswith("/") or rest == "/":
            raise Problem("not the URL of a database", where=head, todo="write sqlite:///file")
        return Address(scheme, file=rest[1:])
    return _server(scheme, rest)


def _server(scheme: str, rest: str) -> Address:
    head = f"{scheme}://"
    main, _, query = rest.partition("?")
    if "@" in query:
        raise Problem("there is a bare ? or @ in the URL", where=head, todo=ENCODE)
    login, signed, place = main.rpartition("@")
    host, _, database = place.partition("/")
    host, port = _port(head, host)
    if HOST.fullmatch(host) is None:
        raise Problem("the URL names no host", where=head, todo=ENCODE)
    user, colon, password = login.partition(":")
    return Address(
        scheme,
        host=host.strip("[]"),
        port=port,
        user=unquote(user) if signed else None,
        password=unquote(password) if colon else None,
        database=unquote(database),
        options=_options(head, query),
    )


def _port(head: str, text: str) -> tuple[str, int | None]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text, None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise Problem("the port of the URL is no number from 1 to 65535", where=head, todo=ENCODE)
    return host, int(port)


def _options(head: str, query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, is_told, value = part.partition("=")
        if not is_told or not re.fullmatch(r"[A-Za-z_]+", name):
            raise Problem("an option of the URL has no name and value", where=head, todo=ENCODE)
        if name in found:
            raise Problem(f"the option {name} is named twice", where=head, todo="name it once")
        found[name] = unquote(value)
    return found


def shown(text: str) -> str:
    """What may be shown of something that a person gave in the place of an address."""
    found = SCHEME.match(text)
    if found is not None:
        return f"{found[1]}://"
    return "the source's address" if "@" in text or ":" in text else printable(text)
