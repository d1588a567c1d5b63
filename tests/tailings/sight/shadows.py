"""Small facilities under proof, with a background of readings that a test states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from tailings import Facility, Series
from tailings.facility.lint import find
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, proof_of
from tailings.sight.telling import RecipientWay
from tests.tailings.facility.lint.small import ACTION, plan, small

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
NOW_MS = round(NOW.timestamp() * 1000)
INTERVAL_S = 300
APPROVED = 'approved_by = "Engineer of Record"\napproved_on = 2024-06-12\n'
SHIFT = RecipientWay("shift", 1)
Values = Mapping[str, float | list[float]]


def readings(values: Values, rows: int = 72, ago_s: Mapping[str, float] | None = None) -> dict[str, Series]:
    """Readings every five minutes until now: of one value, or of some that repeat; ago_s: how old the newest is."""
    found = {}
    for name, value in values.items():
        last_ms = NOW_MS - round((ago_s or {}).get(name, 0.0) * 1000)
        time_ms = last_ms - INTERVAL_S * 1000 * np.arange(rows - 1, -1, -1)
        found[name] = Series.of(time_ms, np.resize(value, rows))
    return found


def approved(*levels: tuple[str, str], more: str = APPROVED) -> str:
    """A plan that calls people; more: what else stands in it."""
    return plan(*levels, more=ACTION).replace("[tarp.plan]\n", f"[tarp.plan]\n{more}", 1)


def facility_of(*parts: str) -> Facility:
    """The facility of these parts; the lint finds no error in it."""
    facility, text = small(*parts)
    assert [one for one in find(facility, text) if one.severity == "error"] == []
    return facility


def inputs(facility: Facility, raw: Mapping[str, Series], **more: object) -> SightInputs:
    """What its proofs are made from, with somebody who is told of everything."""
    given: dict[str, object] = {"recipients": (SHIFT,), **more}
    return SightInputs(facility, NOW_MS, raw, **given)


def proof(facility: Facility, raw: Mapping[str, Series], **more: object) -> SightProof:
    """The proof of its one plan."""
    return proof_of(inputs(facility, raw, **more), facility.tarp["plan"]).make()
