"""Observations as columns: the shape in which they are checked, sorted and stored."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from codec.columns import NO_CFG as NO_CFG
from codec.columns import Columns, Names
from ingest.values import Arrival

T = TypeVar("T", bound=np.generic)

UNKNOWN: Final = 0
"""The id of a datastream that is not registered; real ids start at 1."""


class ObservationRows(msgspec.Struct, frozen=True):
    """n observations in columns of length n, times in Unix milliseconds, missing results as NaN."""

    arrival: npt.NDArray[np.int32]
    """Index of the arrival that a row came with."""
    place: npt.NDArray[np.int32]
    """Index of the row among the observations of its arrival."""
    datastream: npt.NDArray[np.int32]
    time_ms: npt.NDArray[np.int64]
    result: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]
    tests: npt.NDArray[np.bytes_]
    """Empty for none; the dtype is as wide as the longest."""
    cfg: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.datastream)

    def take(self, index: npt.NDArray[Any]) -> "ObservationRows":
        """Return the rows of a mask or of positions."""
        return ObservationRows(*(column[index] for column in msgspec.structs.astuple(self)))


def columns(arrivals: Sequence[Arrival], ids_of: Callable[[str, Names], npt.NDArray[np.int32]]) -> ObservationRows:
    """Return the observations of all readable arrivals in their order; unknown names get the id UNKNOWN.

    `ids_of(facility, names)` gives the id of each number of these names.
    """
    told = [i for i, arrival in enumerate(arrivals) if arrival.share]
    sizes = np.array([arrivals[i].row_count for i in told], np.int32)
    parts = list(_parts(arrivals))
    total = int(np.sum(sizes))
    return ObservationRows(
        arrival=np.repeat(np.array(told, np.int32), sizes),
        place=np.arange(total, dtype=np.int32) - np.repeat(np.cumsum(sizes, dtype=np.int32) - sizes, sizes),
        datastream=_joined([ids_of(facility, part.names)[part.number] for facility, part in parts], np.int32),
        time_ms=_joined([part.time_ms for _, part in parts], np.int64),
        result=_joined([part.result for _, part in parts], np.float64),
        quality=_joined([part.quality for _, part in parts], np.uint8),
        tests=_joined([part.tests for _, part in parts], np.bytes_),
        cfg=_joined([part.cfg for _, part in parts], np.int64),
    )


def _parts(arrivals: Sequence[Arrival]) -> Iterator[tuple[str, Columns]]:
    """The columns of these arrivals; what was read together and still stands side by side is not taken apart."""
    facility, whole, first, end = "", None, 0, 0
    for arrival in arrivals:
        if arrival.share is None:
            continue
        if whole is arrival.share.whole and end == arrival.share.first and facility == arrival.facility:
            end = arrival.share.end
            continue
        if whole is not None:
            yield facility, whole.part(first, end)
        facility, (whole, first, end) = arrival.facility, arrival.share
    if whole is not None:
        yield facility, whole.part(first, end)


def _joined(parts: list[npt.NDArray[T]], kind: type[T]) -> npt.NDArray[T]:
    return np.concatenate(parts) if parts else np.empty(0, kind)
