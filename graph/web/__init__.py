"""The web application: GraphQL, GraphiQL from local files, health."""

from graph.web.app import build_app

__all__ = ["build_app"]
