"""A light source that fills both legacy databases, with the truth about who is who."""

from beamgraph.simulator.simulate import Wish, simulate

__all__ = ["Wish", "simulate"]
