"""Turn staged tables into nodes and edges, as set operations over whole tables.

What is mapped to what stands in tables (`migrators/ispyb/*.tsv`); this package reads
them and builds Ibis expressions, which DuckDB runs by default and Spark could.
"""

from migrators.mapping import identifiers as identifiers  # registers its transforms
from migrators.mapping.mapped import Mapped
from migrators.mapping.mapper import mapped_of
from migrators.mapping.rules import Mapping, read_mapping

__all__ = ["Mapped", "Mapping", "mapped_of", "read_mapping"]
