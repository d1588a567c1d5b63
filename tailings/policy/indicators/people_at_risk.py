"""People at risk below facilities, as registers state them; where one states none, the sum has no upper bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, total

METHOD: Final = 1
SHOWN: Final[Shown] = "people"
NEEDS: Final = ("people_at_risk",)
PARAMETERS: Final[tuple[str, ...]] = ()


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Add what is stated; people below two facilities are counted twice, as registers count them."""
    stated = [people for row in rows if (people := row.number("people_at_risk")) is not None]
    if not stated:
        return Measured(None, None, None, known=0, of=len(rows))
    found = total(stated)
    return Measured(found, found, found if len(stated) == len(rows) else None, known=len(stated), of=len(rows))
