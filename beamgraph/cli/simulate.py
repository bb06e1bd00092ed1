"""`beamgraph simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from beamgraph.cli.common import Json, say, say_json
from beamgraph.simulator import Wish
from beamgraph.simulator import simulate as run
from beamgraph.simulator.noise import LEVELS
from graph.problem import Problem


def simulate(
    out: Annotated[
        Path, typer.Option(help="Folder of the SQLite files and truth.json; replaced if there.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    scale: Annotated[
        float, typer.Option(help="1 is a million raw datasets, both databases together.")
    ] = 0.002,
    noise: Annotated[
        int, typer.Option(help="How often what is wrong in real databases: 0, 1 or 2.")
    ] = 0,
    ispyb_dls: Annotated[
        str | None, typer.Option(help="MariaDB URL for the Diamond flavour, instead of a file.")
    ] = None,
    ispyb_esrf: Annotated[
        str | None, typer.Option(help="MariaDB URL for the ESRF flavour, instead of a file.")
    ] = None,
    icat: Annotated[
        str | None, typer.Option(help="MariaDB URL for ICAT, instead of a file.")
    ] = None,
    json: Json = False,
) -> None:
    """Fill both legacy databases with a simulated light source, and say who is who in truth.json.

    Tables of the same names are replaced.
    """
    if noise not in LEVELS:
        raise Problem(f"there is no noise {noise}", where="--noise", todo="say 0, 1 or 2")
    if not 0 < scale <= 10:
        raise Problem(f"a scale of {scale} cannot be", where="--scale", todo="0.002 is a start")
    told = {"ispyb-dls": ispyb_dls, "ispyb-esrf": ispyb_esrf, "icat": icat}
    addresses = {name: address for name, address in told.items() if address}
    made = run(Wish(out, seed, scale, noise, addresses))
    if json:
        say_json(made)
    else:
        say(f"{made['raw']} raw datasets of {made['samples']} samples in {out}")
