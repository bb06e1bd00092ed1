"""Which rows a mapping must look at again when some rows of a source have changed.

A row's outcome depends on the row and on those that the paths of its rules pass. So the rows that
changed, those whose paths lead to one of them, and where rows are summed up on an owner, the owner
with all that it owns. The paths are followed backwards, as set operations over whole columns.
"""

from pathlib import Path as FilePath

from migrators.mapping.addresses import record_sql
from migrators.mapping.mapped import VOID
from migrators.mapping.paths import Path
from migrators.mapping.rules import Mapping
from migrators.mapping.staged import Staged, view_of
from migrators.mapping.ways import Hop, Way, groups, hop_of, ways
from migrators.staging import Snapshot
from migrators.staging.chain import copy, scan
from migrators.staging.chunks import HASH
from migrators.staging.snapshot import StagedTable

MEMBERS = "unnest(string_split(regexp_replace({0}::VARCHAR, '[,;\\s]+', ',', 'g'), ','))"


def affected(staged: Staged, mapping: Mapping, before: Snapshot) -> "Affected":
    """Find the rows that must be looked at again."""
    found = Affected(staged, mapping, before)
    found.find()
    return found


class Affected:
    """Rows to look at again: temporary tables `chg_*` (what changed) and `dirty_*` (keys)."""

    def __init__(self, staged: Staged, mapping: Mapping, before: Snapshot) -> None:
        self._staged, self._mapping, self._before = staged, mapping, before
        self._db = staged.backend
        self._tables = [
            name for name in mapping.tables if staged.filled(name) or _rows(before, name)
        ]
        self._changed: dict[str, int] = {}
        self._dirty: dict[str, int] = {}

    @property
    def share(self) -> float:
        """Which part of the rows changed."""
        return sum(self._changed.values()) / max(1, self._staged.snapshot.rows)

    @property
    def nothing(self) -> bool:
        """Whether no row changed at all."""
        return not any(self._changed.values())

    def find(self) -> None:
        """Fill the tables."""
        for name in self._tables:
            self._compare(name)
        if self.nothing:
            return
        for way in ways(self._mapping):
            if self._changed.get(way.hops[-1].table) and self._usable(way):
                self._mark(way.table, self._towards(way, f'"chg_{way.hops[-1].table}"'))
        before = -1
        while sum(self._dirty.values()) != before:
            before = sum(self._dirty.values())
            for way in groups(self._mapping):
                if not self._usable(way):
                    continue
                if self._dirty[way.table]:
                    self._owners(way)
                if self._dirty[way.hops[-1].table]:
                    self._owned(way)

    def drives(self, table: str) -> bool:
        """Whether any row of a table is to be looked at."""
        return bool(self._dirty.get(table))

    def _compare(self, name: str) -> None:
        """What of a table is there now and was not, or was there and is not."""
        old, new = self._before.table(name), self._staged.snapshot.table(name)
        files = [{chunk.file for chunk in side.chunks} if side else set() for side in (old, new)]
        self._changed[name] = self._dirty[name] = 0
        if files[0] == files[1]:
            text = f'SELECT * FROM "{view_of(name)}"'
            self._db.raw_sql(f'CREATE OR REPLACE TEMP VIEW "x_{name}" AS {text}')
            return
        shared = files[0] & files[1]
        sides = [_part(self._before, old, shared), _part(self._staged.snapshot, new, shared)]
        self._db.raw_sql(
            f'CREATE OR REPLACE TEMP TABLE "chg_{name}" AS '
            f"SELECT * FROM {sides[1]} n ANTI JOIN {sides[0]} o USING ({HASH}) UNION ALL BY NAME "
            f"SELECT * FROM {sides[0]} o ANTI JOIN {sides[1]} n USING ({HASH})"
        )
        keys = self._keys(name)
        self._db.raw_sql(
            f'CREATE OR REPLACE TEMP TABLE "dirty_{name}" AS '
            f'SELECT DISTINCT {keys} FROM "chg_{name}"'
        )
        self._changed[name] = self._count(f"chg_{name}")
        self._dirty[name] = self._count(f"dirty_{name}")
        both = f'SELECT * FROM "chg_{name}"'
        if self._staged.filled(name):
            both = f'SELECT * FROM "{view_of(name)}" UNION ALL BY NAME {both}'
        self._db.raw_sql(f'CREATE OR REPLACE TEMP VIEW "x_{name}" AS {both}')

    def _count(self, table: str) -> int:
        return int(self._db.raw_sql(f'SELECT count(*) FROM "{table}"').fetchall()[0][0])

    def _key_columns(self, name: str) -> list[str]:
        return [f'"{self._spelled(name, key)}"' for key in self._staged.keys[name]]

    def _keys(self, name: str) -> str:
        return ", ".join(self._key_columns(name))

    def _spelled(self, table: str, column: str) -> str:
        """A column as the source spells it."""
        for snapshot in (self._staged.snapshot, self._before):
            found = snapshot.table(table)
            item = found.shape.column(column) if found else None
            if item is not None:
                return item.name
        return column

    def _usable(self, way: Way) -> bool:
        table = way.table
        for hop in way.hops:
            if not (self._has(table, hop.near) and self._has(hop.table, hop.there)):
                return False
            table = hop.table
        return way.table in self._dirty

    def _has(self, table: str, column: str) -> bool:
        return table in self._dirty and self._staged.has(table, column)

    def _mark(self, name: str, keys: str) -> None:
        """Put rows, given by a query of their keys, to those to be looked at."""
        if not self._staged.filled(name):
            return
        columns = self._keys(name)
        self._db.raw_sql(
            f'CREATE TEMP TABLE IF NOT EXISTS "dirty_{name}" AS '
            f'SELECT {columns} FROM "{view_of(name)}" LIMIT 0'
        )
        self._db.raw_sql(
            f'INSERT INTO "dirty_{name}" SELECT DISTINCT {columns} FROM ({keys}) '
            f'EXCEPT SELECT {columns} FROM "dirty_{name}"'
        )
        self._dirty[name] = self._count(f"dirty_{name}")

    def _towards(self, way: Way, end: str) -> str:
        """The keys of the rows whose way leads to rows of a query."""
        inner = end
        tables = [way.table, *(hop.table for hop in way.hops)]
        for place in range(len(way.hops) - 1, 0, -1):
            hop = way.hops[place]
            near, there = self._alike(tables[place], hop)
            inner = (
                f'(SELECT * FROM "x_{tables[place]}" WHERE {near} IN (SELECT {there} FROM {inner}))'
            )
        near, there = self._alike(way.table, way.hops[0], split=way.split)
        keys = self._keys(way.table)
        rows = f'"{view_of(way.table)}"'
        if way.split:
            column = f'"{self._spelled(way.table, way.hops[0].near)}"'
            chosen = self._chosen(way)
            rows = f"(SELECT {keys}, {MEMBERS.format(column)} AS member FROM {rows}{chosen})"
        return f"SELECT {keys} FROM {rows} WHERE {near} IN (SELECT {there} FROM {inner})"

    def _chosen(self, way: Way) -> str:
        """Those rows of a list that the rule speaks of, so that others are not split in vain."""
        for item in way.where:
            path = Path.parse(item.path)
            if len(path.steps) == 1 and item.values and self._has(way.table, path.steps[0].column):
                hop = hop_of(self._mapping, path.steps[0])
                near, there = self._alike(way.table, hop)
                words = ", ".join("'" + word.replace("'", "''") + "'" for word in item.values)
                column = self._spelled(hop.table, path.column)
                types = f'SELECT {there} FROM "x_{hop.table}"'
                said = f'lower(trim("{column}")) IN ({words})'
                return f" WHERE {near} IN ({types} WHERE {said})"
        return ""

    def _alike(self, table: str, hop: Hop, *, split: bool = False) -> tuple[str, str]:
        """Both sides of a link in a form in which they compare as the rules compare them."""
        near, there = self._spelled(table, hop.near), self._spelled(hop.table, hop.there)
        whole = self._whole(table, hop.near) and self._whole(hop.table, hop.there)
        if whole and not split:
            return f'"{near}"', f'"{there}"'
        left = "trim(member)" if split else f'"{near}"::VARCHAR'
        strip = "regexp_replace({0}, '/+$', '')"
        return strip.format(left), strip.format(f'"{there}"::VARCHAR')

    def _whole(self, table: str, column: str) -> bool:
        """Whether a column is of whole numbers in every chunk, old and new."""
        if self._staged.kind(table, column) != "int":
            return False
        name = self._spelled(table, column)
        sides = (self._staged.snapshot.table(table), self._before.table(table))
        return not any(side and name in side.odd for side in sides)

    def _owners(self, way: Way) -> None:
        """The owners of rows to be looked at, those they have and those they had."""
        child = self._keys(way.table)
        inner = f'(SELECT * FROM "x_{way.table}" SEMI JOIN "dirty_{way.table}" USING ({child}))'
        table = way.table
        for hop in way.hops:
            near, there = self._alike(table, hop)
            inner = f'(SELECT * FROM "x_{hop.table}" WHERE {there} IN (SELECT {near} FROM {inner}))'
            table = hop.table
        self._mark(table, f"SELECT {self._keys(table)} FROM {inner}")

    def _owned(self, way: Way) -> None:
        """All rows of owners to be looked at."""
        owner = way.hops[-1].table
        keys = self._keys(owner)
        end = f'(SELECT * FROM "x_{owner}" SEMI JOIN "dirty_{owner}" USING ({keys}))'
        self._mark(way.table, self._towards(way, end))

    def drive(self) -> None:
        """Let only those rows drive the rules."""
        values = {rule.table for rule, _ in self._staged.values.values()}
        for name in self._tables:
            if not self._staged.filled(name):
                continue
            view = f'CREATE OR REPLACE TEMP VIEW "{view_of(name, driven=True)}" AS '
            if self._dirty[name]:
                exact = self._same_key(name)
                rows = f'SELECT t.* FROM "{view_of(name)}" t SEMI JOIN "dirty_{name}" k {exact}'
                self._db.raw_sql(view + rows)
            elif name in values:
                self._db.raw_sql(f'{view} SELECT * FROM "{view_of(name)}" LIMIT 0')

    def _same_key(self, name: str) -> str:
        """How rows are matched with their keys; a key that nobody vouches for may be empty."""
        if self._staged.vouched(name):
            return f"USING ({self._keys(name)})"
        keys = self._key_columns(name)
        same = (f"t.{key} IS NOT DISTINCT FROM k.{key}" for key in keys)
        return f"ON {' AND '.join(same)}"

    def write_void(self, folder: FilePath) -> None:
        """Name the records of which earlier generations count no more."""
        source = self._staged.snapshot.name
        parts = ["SELECT NULL::VARCHAR AS record WHERE false"]
        for name in self._tables:
            if self._dirty[name]:
                keys = (f"coalesce({key}::VARCHAR, '?')" for key in self._key_columns(name))
                record = record_sql(source, name, list(keys))
                parts.append(f'SELECT {record} FROM "dirty_{name}"')
        self._copy(" UNION ALL ".join(parts), folder / f"{VOID}.parquet")
        for owner in self._staged.values:
            text = parts[0]
            if self._dirty.get(owner):
                key = self._key_columns(owner)[0]
                text = f'SELECT {key}::VARCHAR AS record FROM "dirty_{owner}"'
            self._copy(text, folder / f"{VOID}-values_{owner}.parquet")

    def _copy(self, text: str, file: FilePath) -> None:
        self._db.raw_sql(copy(text, file))


def _rows(snapshot: Snapshot, name: str) -> int:
    found: StagedTable | None = snapshot.table(name)
    return found.rows if found else 0


def _part(snapshot: Snapshot, table: StagedTable | None, shared: set[str]) -> str:
    """The rows of a table in chunks that are not shared with the other snapshot."""
    files = snapshot.files(table, without=shared) if table else []
    if files:
        return f"(SELECT * FROM {scan(files)})"
    columns = (
        [f'NULL::{_kind(item.kind)} AS "{item.name}"' for item in table.shape.columns]
        if table
        else []
    )
    none = ", ".join([*columns, f"NULL::BLOB AS {HASH}"])
    return f"(SELECT {none} WHERE false)"


def _kind(kind: str) -> str:
    return {"int": "BIGINT", "float": "DOUBLE", "binary": "BLOB"}.get(kind, "VARCHAR")
