"""Share of facilities of which a register, or the facility file, states a consequence class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, share

METHOD: Final = 1
SHOWN: Final[Shown] = "share"
NEEDS: Final = ("consequence_class",)
PARAMETERS: Final[tuple[str, ...]] = ()


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Count them: all facilities on record are asked, so nothing is estimated."""
    known = sum("consequence_class" in row.values for row in rows)
    found = share(known, len(rows))
    return Measured(found, found, found, known=known, of=len(rows))
