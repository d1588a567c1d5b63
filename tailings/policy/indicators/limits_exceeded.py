"""Limits of permits that water samples exceed, counted over all facilities with a permit.

A limit that no sample decides may be exceeded: the upper bound counts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, total

METHOD: Final = 1
SHOWN: Final[Shown] = "count"
NEEDS: Final = ("limits", "limits_exceeded", "limits_open")
PARAMETERS: Final[tuple[str, ...]] = ()


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Count them; no facility with a limit: no value."""
    limited = [row for row in rows if row.number("limits")]
    if not limited:
        return Measured(None, None, None, known=0, of=len(rows))
    exceeded = total(row.amount("limits_exceeded") for row in limited)
    undecided = total(row.amount("limits_open") for row in limited)
    return Measured(exceeded, exceeded, exceeded + undecided, known=len(limited), of=len(rows))
