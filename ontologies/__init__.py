"""Terms and units: the tables, and how to read them. Imports nothing else of beamgraph."""

from ontologies.quantities import Quantity, quantities
from ontologies.tables import read_table

__all__ = ["Quantity", "quantities", "read_table"]
