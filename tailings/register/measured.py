"""Where what a site measures contradicts what a register says: a stability concern that it denies, and a volume.

A register and a facility file are both said; these are reckoned from readings and surveys. Which levels speak against
"no concern" is our own rule: from orange on somebody has to act at once.
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
