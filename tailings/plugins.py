"""Finding a plug-in by its name: the name is the file, there is no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from toml_file.nearest import hint as hint


class UnknownPlugin(LookupError):
    """No plug-in of this name; says which name is nearest."""

    def __init__(self, package: str, name: str) -> None:
        self.package, self.name = package, name
        super().__init__(f"there is no {package.rpartition('.')[2].rstrip('s')} {name!r}{hint(name, names(package))}")


@cache
def names(package: str) -> tuple[str, ...]:
    """The names of the plug-ins in a package; files that start with an underscore are furniture."""
    module = importlib.import_module(package)
    return tuple(sorted(found.name for found in pkgutil.iter_modules(module.__path__) if found.name[0] != "_"))


@cache
def find(package: str, name: str) -> ModuleType:
    """The plug-in module of this name; raises UnknownPlugin."""
    if name not in names(package):
        raise UnknownPlugin(package, name)
    return importlib.import_module(f"{package}.{name}")
