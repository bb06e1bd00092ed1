"""What older clients can read of the schema: nothing that is newer than they are.

A client builds its schema from the introspection, and one that meets a directive location that it
does not know stops there. So only what stands in the specification of October 2021 is told,
whatever a newer graphql-core adds.
"""

from typing import Any

from graphql import GraphQLDirective, GraphQLSchema

LOCATIONS = """
QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT
VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION
ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION
"""


def tell_what_is_known(schema: GraphQLSchema) -> None:
    """Leave out the locations of directives that older clients do not know."""
    told = []
    for directive in schema.directives:
        known = [place for place in directive.locations if place.name in LOCATIONS.split()]
        config: dict[str, Any] = {**directive.to_kwargs(), "locations": known}
        if known:
            told.append(GraphQLDirective(**config))
    schema.directives = tuple(told)
