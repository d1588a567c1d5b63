"""A room of plug-ins: one indicator a file, its name is the file's.

METHOD       number of the method, raised with each change of what it computes: frozen values keep theirs
SHOWN        how its value is written: share, hours, count, people, tonnes
NEEDS        values of rows that it asks for (`api.policy.row_values` says which there are)
PARAMETERS   what its query has to say beside the place: year, element
measure      rows -> Measured, exact and without regard to the order of rows
"""

from __future__ import annotations

from types import ModuleType

from tailings import plugins


def names() -> tuple[str, ...]:
    """Return the names of all indicators."""
    return plugins.names(__name__)


def find(name: str) -> ModuleType:
    """Return an indicator; raise UnknownPlugin."""
    return plugins.find(__name__, name)


def parameters(name: str) -> tuple[str, ...]:
    """Return what a query of an indicator has to say beside the place; raise UnknownPlugin."""
    found: tuple[str, ...] = find(name).PARAMETERS
    return found
