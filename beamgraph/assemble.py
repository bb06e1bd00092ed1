"""Put the API together with what it needs of the migrations."""

from functools import partial

from beamgraph.desk import DataDirDesk
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
    schema = build_schema(model, decisions=settings.allow_decisions)
    where = partial(locate, settings.data_dir)
    return Api(schema, model, graph, locate=where, desk_of=DataDirDesk(settings, model))
