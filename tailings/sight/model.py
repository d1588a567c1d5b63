"""A proof of sight as values: codes, numbers and times, for whoever stores, tells or shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct

from tailings.levels import LevelWord

ScenarioKind = Literal["pond-rise", "pressure-rise", "creep", "burst", "storm", "drift"]
"""pond-rise: the pond. pressure-rise: water in the wall. creep: tilt and displacement. burst: at the weir. storm: rain.
drift: any other quantity, which has no rate of its own."""
ProofState = Literal["seen", "blind", "stands", "simulated"]
"""seen: the failure was injected, its worst level was reached, and a message would be made. stands: that level stands
already. simulated: the plan calls nobody, whatever it sees."""
BlindCode = Literal[
    "silent",  # an instrument gives nothing; since its last reading
    "never-read",  # an instrument never gave anything
    "flagged-before",  # a datastream is flagged already, without a failure; since its last usable reading
    "flagged",  # the failure itself is flagged: what is right is taken for a fault
    "not-reached",  # nothing is flagged, and the level is not reached all the same
    "approval-ended",  # the plan goes on calling although its approval has ended
    "not-approved",  # the plan only simulates
    "shelved",  # the level is shelved, or out of service
    "nobody-told",  # nobody is told of this level
    "no-way",  # nobody who is told of this level can be reached
]
LossKind = Literal["instrument", "node", "gateway", "spike-storm", "recipient"]
RECIPIENT: Final = "recipient"
KEPT_BACK: Final = ("facility", "digest", "recipients")
"""Names of recipients are for those who look after them."""


class InjectedMove(Struct, frozen=True):
    """A datastream that moves steadily from the start of a scenario on, by `rate_per_h` (signed) of its unit.

    lasts_s: so long; from then on it stays where it is.
    """

    datastream: str
    rate_per_h: float
    lasts_s: float


class Scenario(Struct, frozen=True):
    """What happens: its kind, for how long it is carried on [s], and what moves."""

    kind: ScenarioKind
    lasts_s: float
    movements: tuple[InjectedMove, ...]


class BlindReason(Struct, frozen=True):
    """Why a test, or a person, sees nothing: of what, since when (None: not known, or never), by which tests."""

    code: BlindCode
    subject: str
    since: datetime | None = None
    tests: tuple[str, ...] = ()


class Mend(Struct, frozen=True):
    """The instruments whose return restores sight: the cheapest by the facility file, or the fewest.

    is_tried: with their last readings the failure was injected again, and was seen; else that could not be tried. cost:
    of all of them, in `currency`; None: the file does not state it of each.
    """

    instruments: tuple[str, ...]
    is_tried: bool
    cost: float | None = None
    currency: str | None = None


class Loss(Struct, frozen=True):
    """Something that fails too, and after how long the worst level is told without it [s]; None: never."""

    kind: LossKind
    subject: str
    seen_s: float | None


class SightProof(Struct, frozen=True):
    """What would be seen of one failure mode, from `made_at` on.

    crossed_s: when the true quantities are past the worst level; None where that hangs on how they moved before.
    seen_s: when that level is told to somebody; None: never. first_level, first_s: the first level that is told.
    datastreams, instruments: those whose tests of the worst level see it. may_fail: so many of their instruments may
    fail, whichever they are, before it is not seen. recipients: to whom a message would be made, the first one first;
    an empty name: they are not known here.
    """

    facility: str
    plan: str
    digest: str
    made_at: datetime
    state: ProofState
    level: LevelWord
    scenario: Scenario
    crossed_s: float | None = None
    first_level: LevelWord | None = None
    first_s: float | None = None
    seen_s: float | None = None
    datastreams: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    may_fail: int = 0
    recipients: tuple[str, ...] = ()
    reasons: tuple[BlindReason, ...] = ()
    mend: Mend | None = None
    losses: tuple[Loss, ...] = ()


def for_everybody(proof: Mapping[str, Any]) -> dict[str, Any]:
    """A proof, as plain values, without the names of recipients and without what it rests on."""
    plain = {name: value for name, value in proof.items() if name not in KEPT_BACK}
    return plain | {"losses": [one for one in plain["losses"] if one["kind"] != RECIPIENT]}
