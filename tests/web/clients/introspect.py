"""A client of graphql-core, the oldest ones too: it asks in its own words and reads the answer.

`PYTHONPATH` names its release.
"""

import inspect
import json
import sys
import urllib.request

import graphql

release, url = sys.argv[1:]
assert graphql.__version__ == release, graphql.__version__
options = [
    name
    for name, parameter in inspect.signature(graphql.get_introspection_query).parameters.items()
    if isinstance(parameter.default, bool)
    # graphql-core 3.1 calls specifiedByURL by the name of a draft, where it is told to ask for it.
    and "specifiedByUrl" not in graphql.get_introspection_query(**{name: True})
]
for chosen in ([], options, *([name] for name in options)):
    query = graphql.get_introspection_query(**{name: name in chosen for name in options})
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        told = json.load(answer)
    assert "errors" not in told, told["errors"]
    schema = graphql.build_client_schema(told["data"])
    graphql.print_schema(schema)
    document = graphql.parse("{ samples(first: 1) { nodes { id name } } }")
    assert graphql.validate(schema, document) == []
print("read")
