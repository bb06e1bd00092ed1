"""The one description of the graph: labels, properties, edges.

Constraints, the loader's statements, the GraphQL types, the compiler and the
documentation are all derived from it, so a new label or field is one row in a
table of this folder.
"""

from graph.model.description import (
    Edge,
    FactList,
    Label,
    Member,
    Model,
    Property,
    PropertyType,
    Relation,
)
from graph.model.tables import default_model

__all__ = [
    "Edge",
    "FactList",
    "Label",
    "Member",
    "Model",
    "Property",
    "PropertyType",
    "Relation",
    "default_model",
]
