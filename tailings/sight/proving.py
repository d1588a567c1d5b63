"""Proving a facility: a proof for each of its failure modes, made again only where something that it rests on changed.

A proof rests on the version of the facility and of the science, on approvals, shelves and recipients, and on the state
of the instruments (silent, or flagged), not on their values: these move on, so a proof is made anew each day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from tailings import digest, tarp
from tailings.assess import freshness
from tailings.facility.lint.examination import Examination
from tailings.facility.model import Facility
from tailings.facility.plans import Plan
from tailings.rota import Rota
from tailings.series import Series
from tailings.sight import background
from tailings.sight.model import SightProof
from tailings.sight.proof import ProofOfPlan
from tailings.sight.scenario import in_season
from tailings.sight.shadow import Shadow, chain_of
from tailings.sight.telling import LevelHold, RecipientWay, Ways

LEAST_S: Final = 6 * 3600.0
MOST_S: Final = 3 * 86_400.0
"""So much of the past is a background: as much as a plan looks back at, within these bounds."""


class SightInputs(Struct, frozen=True, eq=False):
    """What proofs are made from; raw: measured readings until `now_ms`, by datastream, as they were read.

    flagged: datastreams whose newest stored reading is suspect, rejected or missing. recipients None: not known here;
    rota: who of them is on duty in turn.
    """

    facility: Facility
    now_ms: int
    raw: Mapping[str, Series]
    given: tarp.GivenApprovals = tarp.NOTHING
    holds: tuple[LevelHold, ...] = ()
    recipients: tuple[RecipientWay, ...] | None = None
    flagged: frozenset[str] = frozenset()
    rota: Rota | None = None

    @property
    def now(self) -> dt.datetime:
        """The instant at which the failures begin."""
        return dt.datetime.fromtimestamp(self.now_ms / 1000, dt.UTC)


def prove(inputs: SightInputs, known: Mapping[str, str] | None = None) -> Iterator[SightProof]:
    """The proofs of the plans of a facility; known: the digest of the proof that each plan has, by its id.

    A plan whose proof still holds is left out.
    """
    examination = Examination(inputs.facility)
    for plan in inputs.facility.tarp.values():
        mark = digest_of(inputs, plan)
        if (known or {}).get(plan.id) != mark:
            yield proof_of(inputs, plan, examination).make(mark)


def proof_of(inputs: SightInputs, plan: Plan, examination: Examination | None = None) -> ProofOfPlan:
    """One plan under proof."""
    ways = _ways(inputs, plan)  # an approval is of the plan as it stands
    plan = in_season(plan, tarp.month_of(inputs.facility, inputs.now))
    shadow = Shadow(inputs.facility, plan, inputs.raw, inputs.now_ms)
    examination = examination or Examination(inputs.facility)
    return ProofOfPlan(plan, shadow, inputs.facility, ways, examination)


def background_s(facility: Facility) -> float:
    """How much of the past is wanted as a background."""
    leaves = [leaf for plan in facility.tarp.values() for level in plan.levels for leaf in level.when.leaves()]
    looked_back_s = max((max(leaf.rate_over_s or 0.0, leaf.for_s) for leaf in leaves), default=0.0)
    return min(max(LEAST_S, 1.25 * looked_back_s), MOST_S)


def wanted_s(facility: Facility, name: str) -> float:
    """How much of the past of one datastream is wanted: of one that is read seldom, a few readings."""
    interval_s = facility.datastreams[name].expected_interval_s
    return max(background_s(facility), freshness.stale_after_s(interval_s) + interval_s)


def digest_of(inputs: SightInputs, plan: Plan) -> str:
    """All that a proof rests on, as one digest."""
    names = sorted(chain_of(inputs.facility, plan.datastreams()))
    rests_on = [
        digest.functions(),
        inputs.facility.version_hash,
        plan.id,
        inputs.now.date(),
        tarp.approved(plan, inputs.now.date(), inputs.given),
        [one for one in inputs.holds if one.plan == plan.id and one.until_ms > inputs.now_ms],
        inputs.recipients,
        inputs.rota,
        [name for name in names if name in inputs.flagged],
        [name for name in names if _is_silent(inputs, name)],
    ]
    return hashlib.sha256(msgspec.json.encode(rests_on)).hexdigest()


def _is_silent(inputs: SightInputs, name: str) -> bool:
    one = inputs.facility.datastreams[name]
    return one.is_raw and background.is_silent(inputs.raw.get(name), one.expected_interval_s, inputs.now_ms)


def _ways(inputs: SightInputs, plan: Plan) -> Ways:
    day = inputs.now.date()
    ended = tarp.ended_on(plan, day, inputs.given)
    ended_at = None if ended is None else dt.datetime.combine(ended, dt.time(), dt.UTC) + dt.timedelta(days=1)
    calls = tarp.calls(plan, day, inputs.given)
    return Ways(inputs.facility.timezone, calls, ended_at, inputs.holds, recipients=inputs.recipients, rota=inputs.rota)
