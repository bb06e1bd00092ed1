"""ISPyB, the database of structural biology, in its Diamond and its ESRF flavour."""
