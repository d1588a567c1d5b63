"""What an operator states of a region in files of the state folder: boundaries, and the EU's yearly consumption.

`tailwatch region` checks and writes both; the api reads one again when it has changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from runtime.log import log_of
from tailings.commodities.contribution import Consumption
from tailings.regions.boundaries import BadBoundaries, Boundaries, decoded
from tailings.regions.polygons import Polygons

FOLDER: Final = "region"
BOUNDARIES: Final = "boundaries.json"
CONSUMPTION: Final = "consumption.toml"
MOST_KEPT: Final = 4
Content = TypeVar("Content")

tell = log_of(__name__)


class BadConsumption(ValueError):
    """A file that does not state a consumption; the sentence names row, key and fix."""


class LoadedRegions(Struct, frozen=True):
    """Boundaries, ready to be asked in which of them a place lies."""

    boundaries: Boundaries
    polygons: Polygons


class StatedConsumption(Struct, frozen=True, forbid_unknown_fields=True):
    """The file: a table `[[consumption]]` for each element and year, as in a study file."""

    consumption: tuple[Consumption, ...]


def regions(state_folder: Path | None) -> LoadedRegions | None:
    """Return the regions that the operator has loaded, None where there are none, or the file is refused."""
    return _current(state_folder, BOUNDARIES, _regions)


def consumption(state_folder: Path | None) -> tuple[Consumption, ...]:
    """Return what the operator states, nothing where there is no file, or it is refused."""
    return _current(state_folder, CONSUMPTION, read_consumption) or ()


def read_consumption(content: bytes) -> tuple[Consumption, ...]:
    """Read a file of consumption; raises BadConsumption."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), StatedConsumption).consumption
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadConsumption(
            f"{error}; each [[consumption]] has element, tonnes_per_year, year, source, author and entered"
        ) from error


def _regions(content: bytes) -> LoadedRegions:
    found = decoded(content)
    return LoadedRegions(found, Polygons(found))


def _current(state_folder: Path | None, name: str, read: Callable[[bytes], Content]) -> Content | None:
    if state_folder is None:
        return None
    file = state_folder / FOLDER / name
    try:
        changed_ns = file.stat().st_mtime_ns
    except OSError:
        return None
    return _read(file, changed_ns, read)


@lru_cache(MOST_KEPT)
def _read(file: Path, changed_ns: int, read: Callable[[bytes], Content]) -> Content | None:
    """Once for each change of a file; one that is refused is told once."""
    try:
        return read(file.read_bytes())
    except (OSError, BadBoundaries, BadConsumption) as error:
        tell("ERROR", "operator-file-refused", file=str(file), error=error)
        return None
