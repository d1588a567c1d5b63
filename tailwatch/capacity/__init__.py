"""What an installation takes of a machine: processor, memory, disk and network, from measured figures.

The figures are of `python -m bench.capacity` (measured.json, with the machine and the day): facilities of one kind side
by side, each with a plan in force, at their own rhythm. Costs are straight lines through what was measured: processor
and network by readings a second, memory by datastreams, disk by readings. What lies beyond it is said to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Struct

from tailings.facility import Facility

Program = Literal["ingest", "database", "broker", "api"]
PROGRAMS: Final[tuple[Program, ...]] = ("ingest", "database", "broker", "api")
Limit = Literal["ingest", "processor", "memory", "disk"]
LIMITS: Final[tuple[Limit, ...]] = ("ingest", "processor", "memory", "disk")
MOST: Final = 1 << 24
"""More facilities are not counted."""
FULL: Final = 0.7
"""A machine, or a program that has one core, is full when it works so much of the time: queues grow fast above it."""
YEAR_S: Final = 365.25 * 86_400
GB: Final = 1e9


class CapacityPoint(Struct, frozen=True):
    """So many facilities side by side for so long [s]; processor time [s] and memory [MB] of each program."""

    facilities: int
    datastreams: int
    rows: int
    seconds: float
    cpu_s: Mapping[Program, float]
    memory_mb: Mapping[Program, float]
    slowest_ack_s: float

    @property
    def rows_s(self) -> float:
        """Readings a second."""
        return self.rows / self.seconds


class CapacityFigures(Struct, frozen=True):
    """What was measured, where and when; bytes are of one stored reading."""

    machine: str
    measured_on: str
    points: tuple[CapacityPoint, ...]
    disk_bytes: float
    log_bytes: float
    network_bytes: float
    fastest: CapacityPoint
    """As many facilities, their clocks sped up until acks came late: what one machine stores at most."""
    note: str = ""
    """What limits these figures, in a sentence."""


class MachineSize(NamedTuple):
    """What a machine has: cores, memory [bytes], free disk [bytes]."""

    cores: float
    memory: float
    disk: float


class CapacityNeeds(NamedTuple):
    """What is taken: cores of each program, memory [MB] of each, disk [bytes/year], network [bytes/s]."""

    facilities: int
    datastreams: int
    rows_s: float
    cores: Mapping[Program, float]
    memory_mb: Mapping[Program, float]
    disk_a_year: float
    log_s: float
    network_s: float
    is_beyond: bool

    @property
    def all_cores(self) -> float:
        """Of all programs."""
        return sum(self.cores.values())


def measured() -> CapacityFigures:
    """The project's figures."""
    with resources.as_file(resources.files(__name__).joinpath("measured.json")) as file:
        return read(file)


def read(file: Path) -> CapacityFigures:
    """The figures of a file."""
    return msgspec.json.decode(file.read_bytes(), type=CapacityFigures)


def rows_s(facility: Facility) -> float:
    """Readings a second that are stored of a facility: each datastream, derived ones too, at its own interval."""
    return math.fsum(1 / one.expected_interval_s for one in facility.datastreams.values())


def needs(found: CapacityFigures, facilities: Sequence[Facility], times: int = 1) -> CapacityNeeds:
    """What these facilities take, each `times` over."""
    rows = times * math.fsum(rows_s(one) for one in facilities)
    datastreams = times * sum(len(one.datastreams) for one in facilities)
    every = (*found.points, found.fastest)
    return CapacityNeeds(
        facilities=times * len(facilities),
        datastreams=datastreams,
        rows_s=rows,
        cores={name: _along(((one.rows_s, one.cpu_s[name] / one.seconds) for one in every), rows) for name in PROGRAMS},
        memory_mb={
            name: _along(((one.datastreams, one.memory_mb[name]) for one in every), datastreams) for name in PROGRAMS
        },
        disk_a_year=rows * YEAR_S * found.disk_bytes,
        log_s=rows * found.log_bytes,
        network_s=rows * found.network_bytes,
        is_beyond=rows > max(one.rows_s for one in every) or datastreams > max(one.datastreams for one in every),
    )


def _along(points: Iterable[tuple[float, float]], at: float) -> float:
    """The value at `at` on straight lines from point to point, none of which falls; beyond them from first to last."""
    known = sorted(points)
    x = [one for one, _ in known]
    y = list(accumulate((one for _, one in known), max))
    for (left, low), (right, high) in pairwise(zip(x, y, strict=True)):
        if at <= right:
            return low if left == right else low + (high - low) * max(at - left, 0.0) / (right - left)
    return y[-1] + (y[-1] - y[0]) * (at - x[-1]) / (x[-1] - x[0]) if x[-1] > x[0] else y[-1]


def first_limit(
    found: CapacityFigures, facilities: Sequence[Facility], machine: MachineSize, years: float
) -> tuple[Limit, int]:
    """What ends first on a machine when the facilities come again and again, and how often they fit (0: not once)."""
    fits = {name: _times(found, facilities, machine, years, name) for name in LIMITS}
    name = min(fits, key=lambda one: fits[one])
    return name, fits[name]


def _times(
    found: CapacityFigures, facilities: Sequence[Facility], machine: MachineSize, years: float, limit: Limit
) -> int:
    """How often they fit by one limit: doubled until they do not, then halved in between."""
    low, high = 0, 1
    while high < MOST and _fits(needs(found, facilities, high), machine, years, limit):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _fits(needs(found, facilities, middle), machine, years, limit) else (low, middle)
    return low


def _fits(one: CapacityNeeds, machine: MachineSize, years: float, limit: Limit) -> bool:
    match limit:
        case "ingest":
            return one.cores["ingest"] <= FULL
        case "processor":
            return one.all_cores <= FULL * machine.cores
        case "memory":
            return sum(one.memory_mb.values()) * 1e6 <= FULL * machine.memory
        case "disk":
            return years * one.disk_a_year <= FULL * machine.disk
