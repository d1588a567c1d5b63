"""What a plan remembers as plain numbers for JSON, and the mark of the conditions that it belongs to."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import Any

import msgspec

from tailings.facility.plans import Plan
from tailings.series import Series
from tailings.tarp._condition import LeafMemory
from tailings.tarp._plan import Memory

_SERIES = ("recent", "pending", "reference")


def digest(plan: Plan) -> str:
    """SHA-256 over levels and conditions, in hex: a memory of other conditions says nothing of these."""
    return hashlib.sha256(msgspec.json.encode([(level.level, level.when) for level in plan.levels])).hexdigest()


def to_plain(memory: Memory) -> list[dict[str, Any]]:
    """One table for each test, in the order of the file."""
    return [_leaf(leaf) for leaf in memory.leaves]


def from_plain(leaves: list[dict[str, Any]]) -> Memory:
    """The memory that `to_plain` gave."""
    return Memory(tuple(_leaf_of(leaf) for leaf in leaves))


def _leaf(leaf: LeafMemory) -> dict[str, Any]:
    plain = {one.name: getattr(leaf, one.name) for one in fields(leaf)}
    return plain | {name: _columns(plain[name]) for name in _SERIES}


def _columns(series: Series | None) -> list[Any] | None:
    return None if series is None else [series.time_ms.tolist(), series.value.tolist(), series.quality.tolist()]


def _leaf_of(plain: dict[str, Any]) -> LeafMemory:
    rows = {name: None if plain.get(name) is None else Series.of(*plain[name]) for name in _SERIES}
    return replace(LeafMemory(**(plain | dict.fromkeys(_SERIES))), **rows)  # type: ignore[arg-type]
