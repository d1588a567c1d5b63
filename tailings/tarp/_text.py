"""What a plan remembers as plain numbers for JSON, and the mark of the conditions that it belongs to."""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np

from tailings.facility.plans import Plan
from tailings.series import Bounded, Series
from tailings.tarp._condition import LeafMemory, Newest
from tailings.tarp._plan import PlanMemory, PlanOutcome, tests_of
from tailings.tarp._runs import TestRun
from tailings.tarp._sight import LostTest, Sight

_BOUNDED = ("recent", "pending", "reference")


def digest(plan: Plan) -> str:
    """SHA-256 over levels and conditions, in hex: a memory of other conditions says nothing of these."""
    return hashlib.sha256(msgspec.json.encode([(level.level, level.when) for level in plan.levels])).hexdigest()


def to_plain(memory: PlanMemory) -> list[dict[str, Any]]:
    """One table for each test, in the order of the file."""
    return [_leaf(leaf) for leaf in memory.leaves]


def from_plain(leaves: list[dict[str, Any]]) -> PlanMemory:
    """The memory that `to_plain` gave."""
    return PlanMemory(tuple(_leaf_of(leaf) for leaf in leaves))


def standing_to_plain(standing: PlanOutcome) -> dict[str, Any]:
    """Where a plan stands, for JSON; its tests in the order of the file."""
    return {
        "level": standing.level,
        "believed": standing.believed,
        "sight": asdict(standing.sight),
        "tested": [[one.low, one.high, one.time_ms] for one in standing.tested],
    }


def standing_from_plain(plain: dict[str, Any], plan: Plan, *, of: str) -> PlanOutcome:
    """What `standing_to_plain` gave, of this plan; nothing was read where it belongs to other conditions.

    of: the digest of those that it belongs to.
    """
    tests = tests_of(plan)
    if of != digest(plan) or len(plain.get("tested", ())) != len(tests):
        return PlanOutcome(0, 0, Sight("blind"), tuple(tests))
    tested = tuple(
        test._replace(low=low, high=high, time_ms=time_ms)
        for test, (low, high, time_ms) in zip(tests, plain["tested"], strict=True)
    )
    lost = tuple(LostTest(**one | {"levels": tuple(one["levels"])}) for one in plain["sight"]["lost"])
    sight = Sight(plain["sight"]["state"], lost, plain["sight"]["may_fail"])
    return PlanOutcome(plain["level"], plain["believed"], sight, tested)


def _leaf(leaf: LeafMemory) -> dict[str, Any]:
    runs = {name: asdict(getattr(leaf, name)) for name in ("sure", "believed", "newest", "reference_newest")}
    return runs | {name: _columns(getattr(leaf, name)) for name in _BOUNDED}


def _columns(readings: Bounded | None) -> list[Any] | None:
    if readings is None:
        return None
    series = readings.series
    texts = ([_text(one) for one in column.tolist()] for column in (series.value, readings.low, readings.high))
    return [series.time_ms.tolist(), series.quality.tolist(), *texts]


def _text(number: float) -> float | str:
    """JSON has no infinity."""
    return number if math.isfinite(number) else str(number)


def _leaf_of(plain: dict[str, Any]) -> LeafMemory:
    return LeafMemory(
        sure=TestRun(**plain["sure"]),
        believed=TestRun(**plain["believed"]),
        newest=Newest(**plain["newest"]),
        reference_newest=Newest(**plain["reference_newest"]),
        **{name: _bounded(plain.get(name)) for name in _BOUNDED},
    )


def _bounded(columns: list[Any] | None) -> Bounded | None:
    if columns is None:
        return None
    time_ms, quality, *numbers = columns
    value, low, high = (np.array([float(one) for one in column], dtype=np.float64) for column in numbers)
    return Bounded(Series.of(time_ms, value, quality), low, high)
