"""Write what changed, and only that; a load can be stopped anywhere and begun again."""

from migrators.load.load import Load, Written
from migrators.load.state import State

__all__ = ["Load", "State", "Written"]
