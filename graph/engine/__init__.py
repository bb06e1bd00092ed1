"""Bolt: connect, the embedded server, constraints, and what differs between engines.

Nothing outside this folder knows which server answers.
"""

from graph.engine.bolt import AsyncGraph, Graph, Target
from graph.engine.constraints import create_constraints
from graph.engine.dialect import EMBEDDED, NEO4J, Dialect

__all__ = [
    "EMBEDDED",
    "NEO4J",
    "AsyncGraph",
    "Dialect",
    "Graph",
    "Target",
    "create_constraints",
]
