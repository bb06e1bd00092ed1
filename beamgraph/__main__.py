"""`python -m beamgraph`."""

from beamgraph.cli import main

main()
