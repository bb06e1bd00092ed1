"""`beamgraph query TEXT_OR_@FILE`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from beamgraph.assemble import open_api
from beamgraph.cli.common import DataDir, GraphUrl, Json, say_json
from beamgraph.settings import Settings, read_settings
from graph.problem import Problem


def query(
    document: Annotated[str, typer.Argument(help="A GraphQL document, or @ and a file's path.")],
    variables: Annotated[str | None, typer.Option(help="Variables as a JSON object.")] = None,
    operation: Annotated[str | None, typer.Option(help="Which operation of the document.")] = None,
    graph_url: GraphUrl = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Answer one GraphQL document; the answer is always JSON."""
    _ = json
    settings = read_settings(graph_url=graph_url, data_dir=data_dir)
    answer = asyncio.run(_answer(settings, _text(document), _object(variables), operation))
    say_json(answer)
    if "errors" in answer:
        raise Problem(answer["errors"][0]["message"])


async def _answer(
    settings: Settings, text: str, variables: dict[str, Any], operation: str | None
) -> dict[str, Any]:
    api = await open_api(settings)
    try:
        return (await api.answer(text, variables, operation)).as_json()
    finally:
        await api.graph.close()


def _text(document: str) -> str:
    if not document.startswith("@"):
        return document
    try:
        return Path(document[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise Problem(str(error), where=document[1:], todo="check the path") from error


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError as error:
        raise Problem(str(error), where="--variables", todo="write a JSON object") from error
    if not isinstance(found, dict):
        raise Problem("not a JSON object", where="--variables", todo='write {"name": "value"}')
    return found
