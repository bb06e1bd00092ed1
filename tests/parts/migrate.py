"""A migration in a process of its own, to be killed."""

import sys
from pathlib import Path

from graph.engine import Graph, Target
from graph.model import default_model
from migrators.run import Order, migrate

if __name__ == "__main__":
    url, user, password, source, folder = sys.argv[1:]
    with Graph(Target(url, user, password)) as graph:
        order = Order("ispyb", source, "ispyb", zone="Europe/London")
        migrate(order, graph, Path(folder), default_model(), lambda *_: None)
