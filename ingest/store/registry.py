"""The datastreams that the database knows: full name to id and back."""

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from codec.columns import Names
from ingest.store.rows import UNKNOWN
from ingest.values import Connection

Numbered = tuple[Names, npt.NDArray[np.int32]]


class _Read(msgspec.Struct, frozen=True):
    """What was read from the database at one time."""

    ids: dict[str, dict[str, int]]
    names: dict[int, str]
    numbered: dict[str, Numbered]
    """Facility -> the ids of the numbers of the names that were asked for last."""


class Registry:
    """A copy in memory, read at each new connection and whenever an unknown name arrives."""

    def __init__(self) -> None:
        self._read = _Read({}, {}, {})

    def load(self, connection: Connection) -> None:
        """Read all datastreams anew."""
        ids: dict[str, dict[str, int]] = {}
        names: dict[int, str] = {}
        for number, name, facility in connection.execute("SELECT id, name, facility_id FROM datastream"):
            ids.setdefault(facility, {})[name.removeprefix(f"{facility}:")] = number
            names[number] = name
        self._read = _Read(ids, names, {})

    def ids(self, facility: str) -> Mapping[str, int]:
        """Return name without facility (`n07:vw1.frequency`) -> id, empty for an unknown facility."""
        return self._read.ids.get(facility, {})

    def ids_of(self, facility: str, names: Names) -> npt.NDArray[np.int32]:
        """Return the id of each number of these names, UNKNOWN for what the facility has not."""
        read = self._read  # another thread may load a newer one meanwhile
        table, found = read.numbered.get(facility, (None, None))
        if found is None or table is not names or len(found) < len(names):
            known = read.ids.get(facility, {})
            found = np.array([known.get(name, UNKNOWN) for name in list(names.texts)], np.int32)
            if known:
                read.numbered[facility] = (names, found)
        return found

    def name(self, datastream_id: int) -> str:
        """Return the full name of a known id."""
        return self._read.names[datastream_id]

    @property
    def highest_id(self) -> int:
        """The largest id in use, 0 when there is none."""
        return max(self._read.names, default=0)
