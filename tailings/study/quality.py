"""How far the laboratory may be trusted with an element: a criterion of UNFC's axis G from its quality control."""

from __future__ import annotations

import datetime as dt
from typing import Final

from tailings.commodities.unfc import Criterion
from tailings.laboratory.quality_control import BLANK_LIMITS, DEVIATIONS, HALF_DIFFERENCE, Control

MOST_HALF: Final = 2 * HALF_DIFFERENCE


def criterion(found: Control, author: str, today: dt.date) -> Criterion:
    """Score G from blanks, duplicates and standards.

    G1 where one in twenty is of each kind, pairs have a half difference of 10 % at most, and no blank or standard is
    out of its bounds; G2 where there are blanks and duplicates and pairs have 20 % at most; else G3: a convention of
    this program, to be replaced by the competent person's.
    """
    half = found.half_difference
    is_good = half is not None and half <= HALF_DIFFERENCE and found.bad_blanks == 0 and found.bad_standards == 0
    is_fair = half is not None and half <= MOST_HALF and found.blanks > 0
    number = 1 if found.is_enough and is_good else 2 if is_fair else 3
    return Criterion("G", "Sample quality", number, _reason(found), author, scored=today)


def _reason(found: Control) -> str:
    if not (found.blanks or found.duplicates or found.standards):
        return "No blank, duplicate or standard says how good the assays are"
    parts = [
        _part(found.blanks, "blanks", found.bad_blanks, f"above {BLANK_LIMITS:g} limits", "no limit known"),
        f"{found.duplicates} duplicates"
        + ("" if found.half_difference is None else f" of {100 * found.half_difference:.1f} % half difference"),
        _part(found.standards, "standards", found.bad_standards, f"beyond {DEVIATIONS:g} sd", "none certified"),
    ]
    return f"{found.primary} samples: {', '.join(parts)}"


def _part(count: int, name: str, bad: int | None, bound: str, unknown: str) -> str:
    if not count:
        return f"no {name}"
    return f"{count} {name}, {unknown}" if bad is None else f"{count} {name}, {bad} {bound}"
