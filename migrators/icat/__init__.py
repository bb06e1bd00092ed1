"""ICAT, the catalogue of every technique: its database, or a dump file of python-icat."""
