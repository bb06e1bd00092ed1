"""Ask a database what is in it: every table with its columns and keys, and the views.

Of MariaDB the information schema is asked and not the text of `SHOW CREATE TABLE`: a column that
a parser of it does not understand would be left out without a word.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from migrators.staging.shape import Cast, Column, ForeignKey, Shape, kind_of

Ask = Callable[[str], Iterator[tuple[Any, ...]]]
"""Asks for the rows of a statement."""

TABLES = """
SELECT table_name, table_type IN ('VIEW', 'SYSTEM VIEW') FROM information_schema.tables
WHERE table_schema = DATABASE() ORDER BY table_name"""

COLUMNS = """
SELECT table_name, column_name, column_type, data_type FROM information_schema.columns
WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"""

KEYS = """
SELECT table_name, column_name FROM information_schema.statistics
WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index"""

LINKS = """
SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
ORDER BY table_name, constraint_name, ordinal_position"""

Found = tuple[list[Shape], list[str]]


def mariadb(ask: Ask) -> Found:
    """The tables of the database that is in use, and the names of its views."""
    columns = defaultdict(list)
    for table, name, told, plain in ask(COLUMNS):
        columns[table].append(Column(name, told, kind_of(told), cast=CASTS.get(plain, "")))
    keys = defaultdict(list)
    for table, name in ask(KEYS):
        keys[table].append(name)
    links: dict[str, dict[str, list[Sequence[str]]]] = defaultdict(lambda: defaultdict(list))
    for table, name, *link in ask(LINKS):
        links[table][name].append(link)
    shapes, views = [], []
    for table, is_view in ask(TABLES):
        if is_view:
            views.append(table)
        else:
            told = tuple(_link(rows) for rows in links[table].values())
            shapes.append(Shape(table, tuple(columns[table]), tuple(keys[table]), told))
    return shapes, views


CASTS: Mapping[str, Cast] = {"float": "single", "bit": "bits"}
"""Of a FLOAT the server tells six digits, so what it holds is asked as a DOUBLE."""


def _link(rows: Sequence[Sequence[str]]) -> ForeignKey:
    return ForeignKey(tuple(row[0] for row in rows), str(rows[0][1]), tuple(row[2] for row in rows))


def sqlite(ask: Ask) -> Found:
    """The tables of a file, and the names of its views."""
    shapes, views = [], []
    listed = "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    for name, kind in list(ask(listed)):
        if kind == "view":
            views.append(name)
        elif not name.lower().startswith("sqlite_"):
            shapes.append(_sqlite_table(ask, name))
    return shapes, views


def _sqlite_table(ask: Ask, name: str) -> Shape:
    inside = name.replace("'", "''")
    told = list(ask(f"SELECT name, type, pk, hidden FROM pragma_table_xinfo('{inside}')"))
    columns = tuple(
        Column(column, kind or "", kind_of(kind or "")) for column, kind, _, hidden in told
        if hidden != 1
    )  # fmt: skip
    key = tuple(column for place, column in sorted((pk, column) for column, _, pk, _ in told if pk))
    links: dict[int, list[Sequence[str]]] = defaultdict(list)
    query = f"""SELECT id, "from", "table", "to" FROM pragma_foreign_key_list('{inside}')"""
    for number, *link in ask(f"{query} ORDER BY id, seq"):
        links[number].append((link[0], link[1], link[2] or ""))
    return Shape(name, columns, key, tuple(_link(rows) for rows in links.values()))
