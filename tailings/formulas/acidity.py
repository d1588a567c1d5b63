"""Calculated acidity of mine water, as CaCO3, from pH and dissolved metals.

acidity = 50 (1000 x 10^-pH + (2 Fe2 + 3 Fe3) / 55.85 + 2 Mn / 54.94 + 3 Al / 27), metals in mg/L.

Source: Kirby and Cravotta, "Net alkalinity and net acidity", Applied Geochemistry 2005, abstract (with atomic masses
rounded to 56, 55 and 27; ours are two digits longer, 0.2 % more).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input
from tailings.series import Values

INPUTS = (
    Input("ph", "[pH]"),
    Input("aluminium", "mg/L"),
    Input("iron_2", "mg/L"),
    Input("iron_3", "mg/L"),
    Input("manganese", "mg/L"),
)
RESULT = (("acidity",), "mg/L")
CALIBRATION = None
_FE_G_MOL, _MN_G_MOL, _AL_G_MOL = 55.85, 54.94, 27.0
_CACO3_MG_PER_MEQ = 50.0
_WEEK_S = 7 * 86400.0
Age = Annotated[float, Meta(ge=0)]


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old each laboratory value may be beside the pH."""

    aluminium_stale_after_s: Age = _WEEK_S
    """How old the aluminium of the laboratory may be."""
    iron_2_stale_after_s: Age = _WEEK_S
    """How old the iron (II) of the laboratory may be."""
    iron_3_stale_after_s: Age = _WEEK_S
    """How old the iron (III) of the laboratory may be."""
    manganese_stale_after_s: Age = _WEEK_S
    """How old the manganese of the laboratory may be."""


EQUATION = "50 * (1000 * 10 ** -ph + (2 * iron_2 + 3 * iron_3) / 55.85 + 2 * manganese / 54.94 + 3 * aluminium / 27)"
EXAMPLE = Example(
    inputs={"ph": 3.0, "aluminium": 30.0, "iron_2": 100.0, "iron_3": 50.0, "manganese": 10.0},
    result=548.0,
    tolerance=0.5,
    origin="recomputed independently",
)


def acidity_mg_l(ph: Values, aluminium: Values, iron_2: Values, iron_3: Values, manganese: Values) -> Values:
    """Acidity [mg/L as CaCO3], float64[n], from pH and dissolved metals [mg/L]."""
    metals = (2 * iron_2 + 3 * iron_3) / _FE_G_MOL + 2 * manganese / _MN_G_MOL + 3 * aluminium / _AL_G_MOL
    return _CACO3_MG_PER_MEQ * (1000.0 * 10.0 ** (-ph) + metals)


def compute(given: Given) -> Computed:
    """Acidity at each instant of the pH."""
    return Computed(acidity_mg_l(given["ph"], given["aluminium"], given["iron_2"], given["iron_3"], given["manganese"]))
