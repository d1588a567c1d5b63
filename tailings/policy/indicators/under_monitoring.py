"""Share of facilities of which this site had a reading in the thirty days before the instant.

A facility that others watch counts as not watched here: the site knows of no readings but its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, share

METHOD: Final = 1
SHOWN: Final[Shown] = "share"
NEEDS: Final = ("is_read",)
PARAMETERS: Final[tuple[str, ...]] = ()


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Count them."""
    found = share(sum(row.values.get("is_read") is True for row in rows), len(rows))
    return Measured(found, found, found, known=len(rows), of=len(rows))
