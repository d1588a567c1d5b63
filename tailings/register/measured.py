"""Where what a site measures, or layers of land use show, contradicts what a register says.

A register and a facility file are both said; verdicts and volumes are reckoned from readings and surveys, distances and
people by layers. Which levels speak against "no concern" is our own rule: from orange on somebody has to act at once.
"""

from __future__ import annotations

import math
from typing import Final

from msgspec import Struct

from tailings.levels import LEVELS
from tailings.register.compared import FieldChange
from tailings.register.likeness import SAME_NUMBERS
from tailings.register.values import Values

CONCERNS: Final = LEVELS[2:]


SAME_PLACE_M: Final = 500.0
"""Our own rule: distances to a protected area that differ by less may be to two places of one facility."""
Span = tuple[float, float]
"""The least and the most that a number can be; the most is infinite where nobody knows it."""


class MeasuredFacility(Struct, frozen=True):
    """What a site found of a facility: the verdict of its dam now; P90, P50 and P10 of the volume [m3] of its newest
    study. None where it has none."""

    verdict: str | None = None
    volume_m3: tuple[float, float, float] | None = None


def contradicted(register: Values, found: MeasuredFacility) -> tuple[FieldChange, ...]:
    """The columns of a register that what was found contradicts: as the register has it, and the verdict or P50."""
    changes = []
    if register.get("stability_concern") == "no" and found.verdict in CONCERNS:
        changes.append(FieldChange("stability_concern", "no", found.verdict))
    said = register.get("volume_m3")
    if isinstance(said, float) and found.volume_m3 is not None:
        low, middle, high = found.volume_m3
        is_between = low <= said <= high
        if not is_between and not any(math.isclose(said, end, rel_tol=SAME_NUMBERS) for end in (low, high)):
            changes.append(FieldChange("volume_m3", said, middle))
    return tuple(changes)


def contradicted_by_layers(register: Values, protected_m: Span | None, people: Span | None) -> tuple[FieldChange, ...]:
    """The columns of a register that layers contradict: as the register has it, and the nearest that layers allow.

    protected_m: how near a protected area is; people: whom a failure reaches. None: no layer says anything.
    """
    changes = []
    for column, span, apart in (("protected_area_m", protected_m, SAME_PLACE_M), ("people_at_risk", people, 0.0)):
        said = register.get(column)
        if not isinstance(said, float) or span is None:
            continue
        nearest = min(max(said, span[0]), span[1])
        if abs(nearest - said) > apart and not math.isclose(said, nearest, rel_tol=SAME_NUMBERS):
            changes.append(FieldChange(column, said, nearest))
    return tuple(changes)
