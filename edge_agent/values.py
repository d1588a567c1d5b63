"""The values that the parts of the edge agent hand to each other: deliveries and what is in them."""

from collections.abc import Callable
from math import isfinite

import msgspec
import numpy as np
import numpy.typing as npt

from tailings.facility import Mapping
from tailings.series import Flags, Times
from tailings.series import Values as Numbers

__all__ = [
    "Acknowledge",
    "CellCount",
    "Delivery",
    "FilePosition",
    "Flags",
    "Indexes",
    "Mapping",
    "Numbers",
    "PackDelivery",
    "Reading",
    "ReadingsDelivery",
    "RefusedReading",
    "RefusedRow",
    "RowsDelivery",
    "Times",
    "UplinkCount",
]

Acknowledge = Callable[[], None]
Indexes = npt.NDArray[np.intp]


class PackDelivery(msgspec.Struct, frozen=True):
    """One pack as a node sent it. `payload` is cut at `limits.MAX_QUARANTINE_BYTES`; `full_bytes` is its length."""

    node: str
    payload: bytes
    full_bytes: int
    content_type: str
    received_ms: int
    acknowledge: Acknowledge

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        return len(self.payload)


class Reading(msgspec.Struct, frozen=True):
    """One value of a sender without seq: `name` is a raw datastream, `value` finite, or None and `missing` says why."""

    name: str
    time_ms: int
    value: float | None
    missing: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing is None) or (self.value is not None and not isfinite(self.value)):
            raise ValueError(f"{self.name}: either a finite value, or a reason why it is missing")


class RefusedReading(msgspec.Struct, frozen=True):
    """What a sender without seq said and nobody could use: reason and fix as in `wire.reasons`."""

    reason: str
    field: str
    fix: str
    raw: bytes


class UplinkCount(msgspec.Struct, frozen=True):
    """The frame counter of a radio device: its holes are "not received", for nobody can prove that they were sent.

    A join begins a new `session`, which counts from 0.
    """

    device: str
    session: str
    count: int


class ReadingsDelivery(msgspec.Struct, frozen=True):
    """What a sender without epoch and seq gave at once; `faults` are (instrument, what went wrong).

    `is_dated_here`: the times are those of the gateway's clock, as of an instrument that is polled.
    """

    node: str
    readings: tuple[Reading, ...]
    received_ms: int
    acknowledge: Acknowledge
    refused: tuple[RefusedReading, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    uplink: UplinkCount | None = None
    is_dated_here: bool = False

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        return 100 * len(self.readings) + sum(len(refused.raw) for refused in self.refused)


class RefusedRow(msgspec.Struct, frozen=True):
    """A line of a file of which nothing was taken, or one cell of it, and why; `line` counts from 1 as in an editor.

    field: the column of the time, the datastream of the cell, or "line".
    """

    line: int
    reason: str
    field: str
    fix: str
    text: str


class CellCount(msgspec.Struct):
    """What became of the cells of one column of a file: all of them are missing, refused, or read.

    refused: by reason, how many and the first line; sentinels: of the missing, how many stood there as which word.
    """

    cells: int = 0
    missing: int = 0
    refused: dict[str, tuple[int, int]] = {}
    sentinels: dict[str, int] = {}

    def refuse(self, reason: str, count: int, line: int) -> None:
        """Count cells that were refused, the first of them in this line."""
        known, first = self.refused.get(reason, (0, line))
        self.refused[reason] = (known + count, min(first, line))


class FilePosition(msgspec.Struct, frozen=True):
    """How far a file is stored: the next byte to read, the lines before it, and what became of them."""

    source: str
    offset: int = 0
    lines: int = 0
    rows: int = 0
    refused: int = 0
    is_done: bool = False


class RowsDelivery(msgspec.Struct, frozen=True):
    """One chunk of a file: columns by datastream name as (time [Unix ms], value, NaN = missing), refused lines."""

    columns: dict[str, tuple[Times, Numbers]]
    refused: tuple[RefusedRow, ...]
    position: FilePosition
    node: str
    received_ms: int
    acknowledge: Acknowledge


Delivery = PackDelivery | RowsDelivery | ReadingsDelivery
