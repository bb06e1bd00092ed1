"""The bare wire: a Starlette app that sends one statement and encodes what comes back.

`STATEMENTS` in the environment is JSON, path to Cypher; it is what a hand-written endpoint costs.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import neo4j
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STATEMENTS: dict[str, str] = json.loads(os.environ.get("STATEMENTS", "{}"))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """One driver for all requests."""
    auth = (os.environ["BUSER"], os.environ["BPASS"])
    quiet: Any = {"notifications_min_severity": "OFF"}  # a label not there yet is no news
    place = os.environ["BOLT"]
    async with neo4j.AsyncGraphDatabase.driver(place, auth=auth, **quiet) as driver:
        app.state.driver = driver
        yield


async def answer(request: Request) -> Response:
    """The rows of the statement of a path."""
    statement: Any = STATEMENTS[request.path_params["name"]]
    driver = request.app.state.driver
    async with driver.session(database="neo4j", default_access_mode="READ") as session:
        result = await session.run(statement)
        rows = [record[0] async for record in result]
    return Response(orjson.dumps({"data": rows}), media_type="application/json")


app = Starlette(routes=[Route("/{name}", answer, methods=["POST"])], lifespan=lifespan)
