"""Stream rows from an SQLite file, which is never written to and never made."""

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graph.problem import Problem
from migrators.staging.address import Address

BATCH = 10_000
MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands before two digits for every byte that is no text."""

BARE = re.compile(f"{MARK}(?=[0-9A-F]{{2}})")
OWN = "".join(f"{MARK}{byte:02X}" for byte in MARK.encode())
RAW = re.compile("[\udc80-\udcff]")
SPELLED = re.compile(f"{MARK}([0-9A-F]{{2}})")


class Sqlite:
    """One read transaction over a file."""

    def __init__(self, address: Address) -> None:
        check_file(address)
        self._connection = sqlite3.connect(uri_of(address.file), uri=True)
        self._connection.text_factory = text_of
        self._connection.execute("BEGIN")

    def rows(self, statement: str, batch: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of rows; SQLite keeps times as the text they are."""
        cursor = self._connection.execute(statement)
        while rows := cursor.fetchmany(batch):
            yield rows

    def close(self) -> None:
        """End the transaction."""
        self._connection.close()


def uri_of(file: str) -> str:
    """The URI of a file to read, whatever its name is."""
    return f"file://{quote(os.fsencode(Path(file).absolute()))}?mode=ro"


def check_file(address: Address) -> None:
    """Refuse a file that is not there or is no database.

    Raises
    ------
    Problem
        Before SQLite is asked, which answers everything with the same word.
    """
    try:
        with open(address.file, "rb") as file:
            head = file.read(16)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Problem(reason, where=address.place, todo="check the path") from error
    if head != b"SQLite format 3\x00":
        raise Problem("not an SQLite database", where=address.place, todo="check the path")


def text_of(value: bytes) -> str:
    """The text of a column; each byte that is no UTF-8 as a mark and its two digits.

    `bytes_of` gives the very bytes back. So a text that has a mark and two digits of its own is
    spelled by its bytes as well, and any other text is left as it is.
    """
    try:
        text = value.decode()
        return BARE.sub(OWN, text) if MARK in text else text
    except UnicodeDecodeError:
        text = BARE.sub(OWN, value.decode(errors="surrogateescape"))
    return RAW.sub(lambda found: f"{MARK}{ord(found[0]) - 0xDC00:02X}", text)


def bytes_of(text: str) -> bytes:
    """The bytes that a text was read from."""
    parts = SPELLED.split(text)
    return b"".join(
        bytes.fromhex(part) if place % 2 else part.encode() for place, part in enumerate(parts)
    )
