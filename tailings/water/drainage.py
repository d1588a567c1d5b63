"""What kind of drainage a water is, with the reasons; and whether it is turning acid.

Acid below pH 6, saline at or above pH 6 with sulphate above 1,000 mg/L, else neutral; metals make a neutral one
"neutral, metal-bearing". A tendency needs a fitted line: pH falling, conductivity rising, Eh rising.

Source: secondary: Global Acid Rock Drainage Guide (INAP), chapter 2, types of drainage (acid rock drainage below pH 6;
neutral mine drainage; saline drainage with sulphate above 1,000 mg/L), as repeated elsewhere; not opened.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from tailings.trend import Rate

ACID_PH: Final = 6.0
SALINE_SO4_MG_L: Final = 1000.0
SALINE_EC_US_CM: Final = 2500.0
"""Without a sulphate a high conductivity only suggests salt: it is said as a reason, not as a class of its own."""
Kind = Literal["acid", "neutral", "saline", "unknown"]


class Drainage(Struct, frozen=True):
    """The kind of drainage, the reasons as (key, value) pairs, and how many of three signs point to acidification.

    signs: of pH, conductivity and Eh those whose fitted line tells; evaluated: those that have one.
    """

    kind: Kind
    reasons: tuple[tuple[str, float], ...]
    signs: tuple[str, ...] = ()
    evaluated: tuple[str, ...] = ()

    @property
    def is_acidifying(self) -> bool:
        """Whether pH falls and each other sign that could be asked says the same, two signs at least."""
        return "ph" in self.signs and len(self.signs) >= 2 and self.signs == self.evaluated


def classify(
    ph: float | None,
    sulphate_mg_l: float | None,
    conductivity_us_cm: float | None,
    ph_rate: Rate | None = None,
    conductivity_rate: Rate | None = None,
    redox_rate: Rate | None = None,
) -> Drainage:
    """Classify by pH, sulphate [mg/L] and conductivity [uS/cm at 25 degC]; None is not measured."""
    signs, evaluated = _signs(ph_rate, conductivity_rate, redox_rate)
    if ph is None:
        return Drainage("unknown", (), signs, evaluated)
    if ph < ACID_PH:
        return Drainage("acid", (("ph-below", ph), *_salt(sulphate_mg_l, conductivity_us_cm)), signs, evaluated)
    if sulphate_mg_l is not None and sulphate_mg_l > SALINE_SO4_MG_L:
        return Drainage("saline", (("ph-above", ph), ("sulphate-above", sulphate_mg_l)), signs, evaluated)
    return Drainage("neutral", (("ph-above", ph), *_salt(sulphate_mg_l, conductivity_us_cm)), signs, evaluated)


def _salt(sulphate_mg_l: float | None, conductivity_us_cm: float | None) -> tuple[tuple[str, float], ...]:
    if sulphate_mg_l is not None:
        return (("sulphate-above" if sulphate_mg_l > SALINE_SO4_MG_L else "sulphate-below", sulphate_mg_l),)
    if conductivity_us_cm is not None and conductivity_us_cm > SALINE_EC_US_CM:
        return (("conductivity-high", conductivity_us_cm),)
    return ()


def _signs(ph: Rate | None, conductivity: Rate | None, redox: Rate | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rates = (("ph", ph, -1), ("conductivity", conductivity, 1), ("redox", redox, 1))
    evaluated = tuple(name for name, rate, _ in rates if rate is not None)
    signs = tuple(name for name, rate, sign in rates if rate is not None and rate.is_sure and rate.per_d * sign > 0)
    return signs, evaluated
