"""Rows beside their parameters, where those are hundreds of columns: part by part.

A join with so wide a table does not fit in the memory of a migration. The parameters were written
in parts; the rows they belong to are written into the same parts, and each part is joined alone.
"""

import shutil
from pathlib import Path

from migrators.mapping.parts import set_aside
from migrators.mapping.staged import Staged, view_of
from migrators.staging.chain import copy, files_of, scan

ROWS_OF_PARTS = """
COPY (
  SELECT r.*, coalesce(o.part, 0) AS part FROM "{view}" r
  LEFT JOIN ({owners}) o ON o.owner = r."{key}"::VARCHAR
) TO '{folder}' (FORMAT parquet, PARTITION_BY (part))"""
"""Rows without parameters are in part 0."""


TOGETHER = 8
"""So many files of parameters are joined at once: planning so wide a statement takes a while."""


def is_wide(folder: Path, name: str, text: str) -> bool:
    """Whether a statement joins rows with their own parameters, and those are in many parts."""
    values = f"values_{name.rpartition('-')[2]}"
    alone = name.startswith("told-") and text.count(f'"{values}"') == 1
    return alone and len(files_of(folder, values)) > TOGETHER


def run_beside(staged: Staged, name: str, text: str, folder: Path) -> None:
    """Run such a statement over each part, into a table of several files."""
    backend, table = staged.backend, name.rpartition("-")[2]
    values, view = f"values_{table}", view_of(table, driven=True)
    files, drafts = files_of(folder, values), folder / "beside"
    groups = [files[place : place + TOGETHER] for place in range(0, len(files), TOGETHER)]
    owners = " UNION ALL ".join(
        f"SELECT owner, {part} AS part FROM {scan(group)}" for part, group in enumerate(groups, 1)
    )
    rows = staged.table(table, driven=True)
    key = staged.column(rows, table, staged.keys[table][0]).get_name()
    backend.raw_sql(ROWS_OF_PARTS.format(view=view, owners=owners, key=key, folder=drafts))
    with set_aside(backend, view, values):
        for part, group in enumerate([groups[0], *groups]):
            found = sorted((drafts / f"part={part}").glob("*.parquet"))
            if found:
                own = f"FROM {scan(group)}" + ("" if part else " LIMIT 0")
                backend.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{view}" AS FROM {scan(found)}')
                backend.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{values}" AS {own}')
                backend.raw_sql(copy(text, folder / f"{name}.{part}.parquet"))
    shutil.rmtree(drafts)
