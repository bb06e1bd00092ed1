"""What the options of a MariaDB URL mean for the connection that reads.

There is one connection and one driver for shapes and rows alike, so an option cannot hold for one
of them alone; an option that is not in this table is refused by name.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any

from graph.problem import Problem
from migrators.staging.address import Address

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
LETTERS = ("utf8", "utf8mb3", "utf8mb4")
"""Rows are read in utf8mb4 always: every letter of every column has a form in it."""


def _flag(text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError("say true or false")


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= 31_536_000:
        raise ValueError("say a number of seconds above 0")
    return int(text[:9])


def _charset(text: str) -> str:
    if text.lower() not in LETTERS:
        raise ValueError("rows are read in utf8mb4, which holds every letter: leave it out")
    return "utf8mb4"


def _mode(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_,]*", text) is None:
        raise ValueError("say modes with commas between them")
    return f"'{text}'"  # the driver puts it into a statement as it is


OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "charset": _charset,
    "connect_timeout": _seconds,
    "read_timeout": _seconds,
    "unix_socket": str,
    "init_command": str,
    "sql_mode": _mode,
    "program_name": str,
    "ssl": _flag,
    "ssl_disabled": _flag,
    "ssl_ca": str,
    "ssl_capath": str,
    "ssl_cert": str,
    "ssl_key": str,
    "ssl_key_password": str,
    "ssl_cipher": str,
    "ssl_verify_cert": _flag,
    "ssl_verify_identity": _flag,
    "ssl_check_hostname": _flag,
}
"""Every option by its name in PyMySQL or SQLAlchemy, and how its text is read."""


def arguments(address: Address) -> tuple[dict[str, Any], ssl.SSLContext | None, bool]:
    """What to connect with: arguments of the driver, how to encrypt, and whether one must.

    Raises
    ------
    Problem
        Naming an option that is not known, or whose value cannot be.
    """
    told = _read(address)
    plain = {name: value for name, value in told.items() if not name.startswith("ssl")}
    tls = {name: value for name, value in told.items() if name.startswith("ssl")}
    disabled = tls.pop("ssl_disabled", False) or tls.get("ssl") is False
    asked = {name for name, value in tls.items() if value is not False}
    if disabled and asked:
        raise _refused(address, min(asked), "another option turns encryption off: name one only")
    arguments = {
        "host": address.host or "127.0.0.1",
        "port": address.port or 3306,
        "user": address.user,
        # The driver would encode it as Latin-1, which has no form for most letters.
        "password": (address.password or "").encode(),
        "database": address.database or None,
        "charset": "utf8mb4",
        **plain,
    }
    if disabled or ("unix_socket" in plain and not asked):
        return arguments, None, False
    return arguments, _context(address, tls), bool(asked)


def _read(address: Address) -> dict[str, Any]:
    told = {}
    for name, text in address.options.items():
        how = OPTIONS.get(name)
        if how is None:
            raise _refused(address, name, f"it is none of {', '.join(OPTIONS)}")
        try:
            told[name] = how(text)
        except ValueError as error:
            raise _refused(address, name, str(error)) from error
    return told


def _context(address: Address, told: Mapping[str, Any]) -> ssl.SSLContext:
    """How to encrypt: a named authority is asked for the server's certificate and its name."""
    by_whom = told.get("ssl_ca") or told.get("ssl_capath")
    named = told.get("ssl_verify_identity", told.get("ssl_check_hostname"))
    verified = told.get("ssl_verify_cert", bool(by_whom or named))
    option = "ssl_ca" if "ssl_ca" in told else "ssl_capath"
    try:
        context = ssl.create_default_context(
            cafile=told.get("ssl_ca"), capath=told.get("ssl_capath")
        )
        # A server makes itself certificates that are not strict (Python 3.13 asks for it).
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = bool(verified and (bool(by_whom) if named is None else named))
        context.verify_mode = ssl.CERT_REQUIRED if verified else ssl.CERT_NONE
        if "ssl_cert" in told:
            option = "ssl_cert"
            context.load_cert_chain(
                told["ssl_cert"], told.get("ssl_key"), told.get("ssl_key_password", "")
            )
        if "ssl_cipher" in told:
            option = "ssl_cipher"
            context.set_ciphers(told["ssl_cipher"])
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or "it cannot be read"
        raise _refused(address, option, reason) from error
    return context


def _refused(address: Address, name: str, why: str) -> Problem:
    return Problem(
        f"the option {name} of the URL cannot be used: {why}",
        where=address.place,
        todo="correct it or leave it out",
    )
