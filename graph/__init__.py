"""The provenance graph of a light source and the GraphQL API on it."""
