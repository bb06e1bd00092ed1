"""The GraphQL types, derived from the model."""

from graph.schema.build import build_schema

__all__ = ["build_schema"]
