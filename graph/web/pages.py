"""The pages: GraphiQL with example documents, and a first page that leads there."""

from functools import cache
from importlib.resources import files

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

PAGES = files("graph.web")


@cache
def example_documents() -> dict[str, str]:
    """The example documents by name; the first line of each says what it shows."""
    folder = PAGES / "examples"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".graphql"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


async def home(_: Request) -> Response:
    """What is to be found on this server."""
    return HTMLResponse((PAGES / "static" / "home.html").read_text(encoding="utf-8"))


def lacks_graphiql() -> bool:
    """Whether this installation was made without GraphiQL's files."""
    lines = (PAGES / "vendor.tsv").read_text(encoding="utf-8").splitlines()[1:]
    folder = PAGES / "static" / "vendor"
    return not all((folder / line.split("\t")[0]).is_file() for line in lines)


async def graphiql(_: Request) -> Response:
    """GraphiQL, made of files of this host; where they are missing, what to do."""
    lacks = lacks_graphiql()
    page = "graphiql-missing.html" if lacks else "graphiql.html"
    text = (PAGES / "static" / page).read_text(encoding="utf-8")
    return HTMLResponse(text, 503 if lacks else 200)


async def examples(_: Request) -> Response:
    """Every example document, as GraphiQL opens them."""
    told = [{"name": name, "query": text} for name, text in example_documents().items()]
    return Response(orjson.dumps(told), media_type="application/json")


async def example(request: Request) -> Response:
    """One example document."""
    text = example_documents().get(request.path_params["name"])
    if text is None:
        raise HTTPException(404, "no such example")
    return PlainTextResponse(text)
