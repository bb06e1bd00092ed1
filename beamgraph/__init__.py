"""beamgraph: ISPyB and ICAT in one provenance graph, served as GraphQL."""

__version__ = "0.1.0"
