"""A person's script with gql 3.5: it fetches the schema first and checks its document by it."""

import sys

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

transport = RequestsHTTPTransport(url=sys.argv[1])
with Client(transport=transport, fetch_schema_from_transport=True) as client:
    print(client.execute(gql("{ samples(first: 1) { nodes { id } } __typename }"))["__typename"])
