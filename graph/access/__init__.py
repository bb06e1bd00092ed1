"""Who may see what, as a predicate of a statement."""

from graph.access.visible import Caller, Everybody, Predicate, Visible, everybody

__all__ = ["Caller", "Everybody", "Predicate", "Visible", "everybody"]
