"""From legacy databases into the graph: staging, mapping, identity, load, report."""
