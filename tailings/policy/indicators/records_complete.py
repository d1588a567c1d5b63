"""Share of closed facilities with every field that Article 27(4) of Regulation (EU) 2024/1252 asks of each.

A row that states no status may be closed or not: the bounds hold for every choice of which of those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, share
from tailings.register.closed_facilities import CLOSED, NEEDED, UNSAID

METHOD: Final = 1
SHOWN: Final[Shown] = "share"
NEEDS: Final = ("status", "fields_stated")
PARAMETERS: Final[tuple[str, ...]] = ()


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Count closed ones; the lowest share takes the incomplete among the unsaid as closed, the highest the others."""
    closed = [row for row in rows if row.values.get("status") in CLOSED]
    unsaid = [row for row in rows if row.values.get("status", "") in UNSAID]
    complete, perhaps = sum(map(_is_complete, closed)), sum(map(_is_complete, unsaid))
    return Measured(
        share(complete, len(closed)),
        low=share(complete, len(closed) + len(unsaid) - perhaps),
        high=share(complete + perhaps, len(closed) + perhaps),
        known=len(closed),
        of=len(closed) + len(unsaid),
    )


def _is_complete(row: PolicyRow) -> bool:
    return row.number("fields_stated") == len(NEEDED)
