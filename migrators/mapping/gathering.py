"""What tables of parameters give: they have many rows a thing, and are gathered in parts."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from migrators.mapping.named import ParameterRule
from migrators.mapping.parts import divided, parts_of, set_aside
from migrators.mapping.staged import Staged, view_of
from migrators.progress import Tell
from migrators.staging.chain import copy

ROWS = 400_000
"""About so many rows a part."""


def gather(
    staged: Staged,
    rule: ParameterRule,
    texts: Mapping[str, str],
    folder: Path,
    tell: Tell,
) -> None:
    """Run statements over the rows of a table of parameters, each into a table of its name.

    The statements know the rows by the name of a view, which is each part's in its turn.
    """
    if not texts or not staged.filled(rule.table):
        return
    backend, drafts = staged.backend, folder / "drafts"
    view = view_of(rule.table, driven=True)
    table = staged.table(rule.table, driven=True)
    owner = staged.column(table, rule.table, rule.owner.split(">")[0]).get_name()
    tell(f"parts of {rule.table}")
    drafts.mkdir()
    count = parts_of(backend, f'"{view}"', ROWS)
    parts = divided(backend, [f'FROM "{view}"'], owner, count, drafts / "rows")
    if len(parts) == 1:
        for name, text in texts.items():
            tell(name)
            backend.raw_sql(copy(text, folder / f"{name}.parquet"))
        drafts.rmdir()
        return
    with set_aside(backend, view):
        for place, part in enumerate(parts):
            backend.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{view}" AS {part}')
            for name, text in texts.items():
                tell(name)
                backend.raw_sql(copy(text, folder / f"{name}.{place}.parquet"))
    shutil.rmtree(drafts)
