"""Proposed plans under proof: in a child process, since whoever proposes one may propose one that computes for ever.

`bytes_of` makes what goes into the child, `encoded` is what the child does, `decoded` reads what comes out of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tailings.facility import plan_checks
from tailings.facility.model import Facility
from tailings.facility.parser import parse
from tailings.facility.plans import Plan
from tailings.rota import Rota
from tailings.series import Series
from tailings.sight.model import for_everybody
from tailings.sight.proving import SightInputs, proof_of
from tailings.sight.telling import LevelHold, RecipientWay
from toml_file.problems import Report

Unproved = Literal["unfit", "too-costly"]
"""unfit: the check of a facility file refuses the plan. too-costly: the child was ended before it was done."""
RawRows = tuple[bytes, bytes, bytes]
"""Times, values and quality of a series, as numpy keeps them."""
KINDS: Final = (np.int64, np.float64, np.uint8)
PROPOSER: Final = "whoever proposes it"


class ProposedSight(Struct, frozen=True):
    """What would be seen with one plan: its proof as everybody may read it, or why there is none."""

    proof: dict[str, Any] | None = None
    unproved: Unproved | None = None


class _Question(Struct, frozen=True):
    """What goes into the child; the plans by whatever name they are asked under."""

    file: str
    plans: dict[str, Plan]
    now_ms: int
    raw: dict[str, RawRows]
    holds: tuple[LevelHold, ...]
    recipients: tuple[RecipientWay, ...] | None
    rota: Rota | None


def bytes_of(file: str, plans: Mapping[str, Plan], inputs: SightInputs) -> bytes:
    """What goes into the child; file: the text of the facility, inputs: what was read for these plans."""
    raw = {name: _rows(one) for name, one in inputs.raw.items()}
    question = _Question(
        file,
        dict(plans),
        inputs.now_ms,
        raw=raw,
        holds=inputs.holds,
        recipients=inputs.recipients,
        rota=inputs.rota,
    )
    return msgspec.msgpack.encode(question)


def encoded(content: bytes) -> bytes:
    """Prove each plan as if it were approved."""
    asked = msgspec.msgpack.decode(content, type=_Question)
    facility = parse(asked.file)
    return msgspec.msgpack.encode({name: _sight(facility, plan, asked) for name, plan in asked.plans.items()})


def decoded(content: bytes) -> dict[str, ProposedSight]:
    """What the child found, by the names that the plans were asked under."""
    return msgspec.msgpack.decode(content, type=dict[str, ProposedSight])


def _sight(facility: Facility, plan: Plan, asked: _Question) -> ProposedSight:
    if not _is_fit(facility, plan):
        return ProposedSight(unproved="unfit")
    day = dt.datetime.fromtimestamp(asked.now_ms / 1000, dt.UTC).date()
    approved = replace(plan, approved_by=PROPOSER, approved_on=day, valid_to=None, withdrawn_by=None, withdrawn_on=None)
    facility = replace(facility, tarp={plan.id: approved})
    raw = {name: _series(rows) for name, rows in asked.raw.items()}
    inputs = SightInputs(facility, asked.now_ms, raw, holds=asked.holds, recipients=asked.recipients, rota=asked.rota)
    proof = proof_of(inputs, approved).make()
    return ProposedSight(for_everybody(msgspec.to_builtins(proof)))


def _is_fit(facility: Facility, plan: Plan) -> bool:
    """Whether a facility file with such a plan is taken; how the plan is called is not what is proposed."""
    report = Report(dict)
    plan_checks.check(replace(facility, tarp={plan.id: replace(plan, id="proposed")}), report)
    return not len(report)


def _rows(series: Series) -> RawRows:
    return series.time_ms.tobytes(), series.value.tobytes(), series.quality.tobytes()


def _series(rows: RawRows) -> Series:
    time_ms, value, quality = (np.frombuffer(one, kind) for one, kind in zip(rows, KINDS, strict=True))
    return Series.of(time_ms, value, quality)  # which copies: what is read from bytes cannot be written
