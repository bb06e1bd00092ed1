"""Where the password of a source comes from, so that it need not stand on a command line.

Whoever runs `ps` sees a command line. So a password may also come from the environment, a file, or
an option file such as MariaDB's own programs read.
"""

import os
import re
import stat
import sys
from configparser import Error, RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path

from graph.problem import Problem
from migrators.staging.address import Address

GROUPS = ("client", "client-server", "client-mariadb")
"""Groups of an option file that MariaDB's clients read; what stands in a later one counts."""

QUOTED = re.compile(r"""(['"])(.*)\1\s*(?:#.*)?$""")
ESCAPED = re.compile(r"\\(.)")
ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "r": "\r", "\\": "\\", "s": " ", "'": "'", '"': '"'}
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Access:
    """What a person gave beside the address; what the address says itself counts first.

    Parameters
    ----------
    password
        The password itself.
    password_file
        A file whose first line is the password; `-` for the standard input.
    defaults_file
        An option file of MariaDB: `host`, `port`, `user`, `password`, `socket`, `ssl-*`.
    """

    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None
    defaults_file: Path | None = None

    def opens(self, address: Address) -> Address:
        """The address with what it does not say itself.

        Raises
        ------
        Problem
            Where a file cannot be read, or others than its owner can.
        """
        if address.file:
            return address
        told = _options_of(self.defaults_file) if self.defaults_file is not None else {}
        password = self.password or told.get("password")
        if self.password_file is not None:
            password = _first_line(self.password_file)
        options = {
            name: told[option]
            for option, name in NAMES.items()
            if option in told and name not in address.options
        }
        signed = address.signed(told.get("user"), password, told.get("host", ""))
        return signed.telling(options, told.get("port"))


NAMES = {
    "socket": "unix_socket",
    "connect-timeout": "connect_timeout",
    "default-character-set": "charset",
    "init-command": "init_command",
    "ssl": "ssl",
    "ssl-ca": "ssl_ca",
    "ssl-capath": "ssl_capath",
    "ssl-cert": "ssl_cert",
    "ssl-key": "ssl_key",
    "ssl-cipher": "ssl_cipher",
    "ssl-verify-server-cert": "ssl_verify_identity",
}
"""Options of an option file, and what they are called in a URL."""


def _first_line(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    text, open_to_others = _read(path)
    if open_to_others:
        raise _exposed(path)
    return text.partition("\n")[0].removesuffix("\r")


def _options_of(path: Path) -> dict[str, str]:
    """The options of an option file, with dashes for underscores, as MariaDB reads them."""
    parser = RawConfigParser(
        allow_no_value=True, strict=False, delimiters=("=",), comment_prefixes=("#", ";")
    )
    text, open_to_others = _read(path)
    lines = [line.strip() for line in text.splitlines() if not line.lstrip().startswith("!")]
    try:
        parser.read_string("\n".join(lines))
    except Error as error:  # its text quotes the line, which may hold the password
        raise Problem(
            "this is no option file of MariaDB", where=str(path), todo="write [client] first"
        ) from error
    told = {}
    for group in GROUPS:
        for name, value in parser.items(group) if parser.has_section(group) else ():
            told[name.replace("_", "-")] = _value(value)
    if "password" in told and open_to_others:
        raise _exposed(path)
    return told


def _value(text: str | None) -> str:
    """A value without its quotes and the comment behind it; no value at all says yes."""
    if text is None:
        return "true"
    quoted = QUOTED.match(text)
    told = quoted[2] if quoted else text.partition("#")[0].rstrip()
    return ESCAPED.sub(lambda found: ESCAPES.get(found[1], found[0]), told)


def _exposed(path: Path) -> Problem:
    return Problem("others may read this file", where=str(path), todo=f"run chmod 600 {path}")


def _read(path: Path) -> tuple[str, bool]:
    """The text of a file, and whether others than its owner may read it."""
    try:
        with path.expanduser().open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            return file.read(), stat.S_ISREG(mode) and bool(mode & OTHERS)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise Problem(reason, where=str(path), todo="check the path") from error


NOBODY = Access()
"""Nothing was given beside the address."""
