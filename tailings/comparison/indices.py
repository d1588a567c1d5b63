"""From what is known of a facility to the range of an indicator, by its fixed bounds.

Every rule here is a convention of this program (docs/decisions/0026); it states which, so that a person can object.
"""

from __future__ import annotations

import math
from typing import Final

from tailings.assess.model import Assessment, WaterCompliance
from tailings.comparison.candidates import UNKNOWN, Range
from tailings.levels import LEVELS

CLASSES: Final = ("low", "significant", "high", "very-high", "extreme")
"""The consequence classes of GISTM, mildest first."""
SIGHTS: Final = {"full": 0.0, "reduced": 0.5, "blind": 1.0}
WORST: Final = len(LEVELS) - 1
LEAST_EXCEEDED: Final = 0.5
"""One limit of water that is exceeded is half of the way; the other half is the share of the limits."""
NEUTRAL_PH: Final = 7.0
ACID_PH: Final = 3.0
MOST_PEOPLE: Final = 1_000
FAR_M: Final = 10_000.0
MOST_USD: Final = 1e9
ONE_USD: Final = 1e6
LEAST_E, LEAST_F, LEAST_G = 3, 4, 4


def exactly(value: float) -> Range:
    """An index that is known, at 0 and 1 at most."""
    at = min(1.0, max(0.0, value))
    return Range(at, at)


def state(one: Assessment) -> Range:
    """By the level of the dam: green 0, yellow 1/3, orange 2/3, red 1.

    From the level of record to the worst that suspect values, or the uncertainty of values, leave open; to 1 where one
    failure mode is blind. A facility that no plan judges is not known.
    """
    if one.verdict == "not-monitored":
        return UNKNOWN
    modes = [mode for mode in one.failure_modes if mode.counts]
    open_ = [LEVELS.index(level) for mode in modes for level in (mode.level, mode.believed, mode.within)]
    low = LEVELS.index(one.level)
    high = WORST if one.sight == "blind" else max([low, *open_])
    return Range(low / WORST, high / WORST)


def concern() -> Range:
    """By a register that tells of a concern about stability: yellow or worse. That it tells of none says nothing."""
    return Range(1 / WORST, 1.0)


def consequence(word: str) -> Range:
    """By GISTM's class: low 0, significant 1/4, high 1/2, very high 3/4, extreme 1; another word is not known."""
    name = word.strip().lower().replace(" ", "-")
    return exactly(CLASSES.index(name) / (len(CLASSES) - 1)) if name in CLASSES else UNKNOWN


def water(found: WaterCompliance | None) -> Range:
    """By the limits of water: all met 0; one exceeded is above 1/2, all exceeded 1; what is not decided is open."""
    if found is None or not found.limits:
        return UNKNOWN
    return Range(_exceeded(found.exceeded, found.limits), _exceeded(found.exceeded + found.not_decided, found.limits))


def _exceeded(number: int, limits: int) -> float:
    return LEAST_EXCEEDED + (1 - LEAST_EXCEEDED) * number / limits if number else 0.0


def acid(least_ph: float, most_ph: float) -> Range:
    """By the least and most pH of the seepage in a year of samples: pH 7 is 0, pH 3 is 1."""
    low, high = (exactly((NEUTRAL_PH - ph) / (NEUTRAL_PH - ACID_PH)).low for ph in (most_ph, least_ph))
    return Range(low, high)


def sight(one: Assessment) -> Range:
    """By what is seen: full 0, reduced 1/2; blind and not monitored 1, for nothing would warn."""
    return exactly(1.0 if one.verdict == "not-monitored" else SIGHTS[one.sight])


def people(number: float) -> Range:
    """By people in reach of a failure: none 0, each factor of ten a third, 1,000 or more 1."""
    return exactly(math.log10(max(1.0, number)) / math.log10(MOST_PEOPLE)) if number >= 1 else exactly(0.0)


def people_between(least: float, most: float) -> Range:
    """The same where no more is known than a span; without a most it may be 1."""
    return Range(people(least).low, people(min(most, MOST_PEOPLE)).high)


def protected(distance_m: float) -> Range:
    """By the distance of the nearest protected area [m]: inside it 1, 10 km away or more 0."""
    return exactly(1 - distance_m / FAR_M)


def protected_between(least_m: float, most_m: float) -> Range:
    """The same where the nearest lies at a distance of a span, as a layer says that is not whole so far around."""
    return Range(protected(most_m).low, protected(least_m).high)


def net(p90: float, p50: float, p10: float) -> Range:
    """By the undiscounted net value of the newest study [USD]: nothing is 1/2, a gain or loss of 1,000 M an end.

    In between by the logarithm of 1 + millions, so that 1 M and 10 M differ as well as 100 M and 1,000 M.
    """
    return Range(_money(p90), _money(p10), _money(p50))


def _money(usd: float) -> float:
    share = math.log1p(min(abs(usd), MOST_USD) / ONE_USD) / math.log1p(MOST_USD / ONE_USD)
    return 0.5 + math.copysign(share, usd) / 2


def feasibility(code: str) -> Range:
    """By E and F of the UNFC code, half each: E3 and F4 are 0, E1 and F1 are 1."""
    numbers = _numbers(code)
    if numbers is None:
        return UNKNOWN
    e, f, _ = numbers
    return exactly(((LEAST_E - e) / (LEAST_E - 1) + (LEAST_F - f) / (LEAST_F - 1)) / 2)


def confidence(code: str) -> Range:
    """By G of the UNFC code: G4 is 0, G1 is 1."""
    numbers = _numbers(code)
    return UNKNOWN if numbers is None else exactly((LEAST_G - numbers[2]) / (LEAST_G - 1))


def _numbers(code: str) -> tuple[int, int, int] | None:
    parts = code.split(";")
    if [one[:1] for one in parts] != ["E", "F", "G"] or not all(one[1:].isdigit() for one in parts):
        return None
    e, f, g = (int(one[1:]) for one in parts)
    return e, f, g


def completeness(known: int, asked: int) -> Range:
    """By the share of the points of Annexes I and II that the newest study says something of."""
    return exactly(known / asked)
