"""The values of a run: rounds of one contender, a figure with its limit and its peers, a curve of growth."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec


class WrongResult(Exception):
    """What was measured did not do its work: a figure of it would be a lie."""


class Rounds(msgspec.Struct, frozen=True):
    """What one contender reached in each round, in the order of the rounds."""

    min: float
    median: float
    max: float
    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Rounds":
        """Four digits are kept: a fifth is noise."""
        short = tuple(float(f"{value:.4g}") for value in values)
        return cls(min(short), float(f"{statistics.median(short):.4g}"), max(short), short)


class Figure(msgspec.Struct, frozen=True):
    """One line of the results. `ours`, `limit` and `peers` are medians; `ratio` is that of ours to the limit's.

    The ratio is the median of the ratios of the single rounds; 1 is the limit, whether the unit counts up (rows/s)
    or down (ms, MB).
    """

    name: str
    unit: str
    ours: float
    limit: float | None
    limit_is: str
    ratio: float | None
    goal: str
    memory_mb: float | None
    peers: dict[str, float]
    facts: dict[str, float]
    rounds: dict[str, Rounds]


class Point(msgspec.Struct, frozen=True):
    """One point of a curve; `ours` and `limit` are medians of the rounds."""

    x: float
    ours: float
    limit: float
    ratio: float
    ours_rounds: Rounds
    limit_rounds: Rounds


class Curve(msgspec.Struct, frozen=True):
    """How one figure grows with something: number of datastreams, size of the table, share of late data."""

    name: str
    x_name: str
    unit: str
    limit_is: str
    is_logarithmic: bool
    points: tuple[Point, ...]


class Results(msgspec.Struct, frozen=True):
    """All of one run. `is_complete` is False when only some cases were asked for."""

    machine: dict[str, str | int | float]
    size: str
    seconds: float
    is_complete: bool
    figures: list[Figure]
    curves: list[Curve]


COSTS: Final = ("s", "ms", "us", "MB", "bytes")
"""Units of which less is better."""


def is_less_better(unit: str) -> bool:
    """Whether it is a time or a weight; raises ValueError when it is not a rate either."""
    if unit not in COSTS and not unit.endswith("/s"):
        raise ValueError(f"{unit}: neither a cost ({', '.join(COSTS)}) nor a rate (.../s)")
    return unit in COSTS


def ratio(ours: Rounds, limit: Rounds, unit: str) -> float:
    """The median of ours / limit (limit / ours for a time or a weight) over the rounds."""
    pairs = zip(ours.values, limit.values, strict=True)
    return float(f"{statistics.median(b / a if is_less_better(unit) else a / b for a, b in pairs):.3g}")


def figure(
    name: str,
    unit: str,
    found: Mapping[str, Rounds],
    ours: str = "ours",
    limit: str | None = None,
    goal: str = "",
    memory_mb: float | None = None,
    facts: Mapping[str, float] | None = None,
) -> Figure:
    """A figure from the rounds of all contenders; those that are neither `ours` nor `limit` are peers."""
    peers = {key: rounds.median for key, rounds in found.items() if key not in (ours, limit)}
    return Figure(
        name=name,
        unit=unit,
        ours=found[ours].median,
        limit=None if limit is None else found[limit].median,
        limit_is=limit or "",
        ratio=None if limit is None else ratio(found[ours], found[limit], unit),
        goal=goal,
        memory_mb=None if memory_mb is None else round(memory_mb, 1),
        peers=peers,
        facts=dict(facts or {}),
        rounds={("ours" if key == ours else key): rounds for key, rounds in found.items()},
    )


def point(x: float, ours: Rounds, limit: Rounds, unit: str) -> Point:
    """A point of a curve."""
    return Point(x, ours.median, limit.median, ratio(ours, limit, unit), ours, limit_rounds=limit)
