"""Put the API together with what it needs of the migrations."""

from functools import partial

from beamgraph.settings import Settings
from graph.engine import AsyncGraph
from graph.model import default_model
from graph.resolvers import Api
from graph.schema import build_schema
from migrators.report.trace import locate


async def open_api(settings: Settings) -> Api:
    """The API over the graph that the settings name."""
    model = default_model()
    graph = await AsyncGraph.open(settings.target())
    return Api(build_schema(model), model, graph, locate=partial(locate, settings.data_dir))
