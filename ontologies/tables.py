"""Read the tab-separated tables in which beamgraph keeps what people edit."""

from collections.abc import Iterator
from importlib.resources import files


def read_table(package: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a packaged table as dictionaries.

    Lines that begin with `#` say where the table comes from and are skipped.
    A row with too few or too many cells is an error of the table's editor.
    """
    lines = files(package).joinpath(name).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    header = rows[0].split("\t")
    for number, line in enumerate(rows[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise ValueError(
                f"{package}/{name}, row {number}: {len(cells)} cells, {len(header)} expected"
            )
        yield dict(zip(header, cells, strict=True))
