"""From a GraphQL document to one statement, and from its rows to the response.

Selection -> plan -> Cypher -> answer: `selection` reads the document, `compiler` makes a
plan of it, `cypher` writes the statement, `answer` brings the rows into the shape that the
client asked for, `execute` does it all for one request.
"""

from graph.resolvers.execute import Api, Response

__all__ = ["Api", "Response"]
