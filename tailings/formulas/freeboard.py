"""Freeboard: lowest surveyed crest minus pond level.

Source: definition.
"""

from __future__ import annotations

from msgspec import Struct

from tailings.formulas import Computed, Example, Given, Input, Setting

INPUTS = (Input("level", "m"),)
RESULT = (("freeboard",), "m")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """The crest to count from, where it is not the facility's (an inner dyke, a spillway)."""

    crest_m: float | None = None


EXAMPLE = Example(
    inputs={"level": 338.5}, result=3.5, tolerance=1e-9, origin="342.0 - 338.5", parameters={"crest_m": 342.0}
)


def compute(given: Given) -> Computed:
    """Freeboard [m] at each instant; negative when the crest is overtopped."""
    crest_m = given.parameters.crest_m
    if crest_m is None and given.facility is not None:
        crest_m = given.facility.crest_m
    if crest_m is None:
        raise ValueError("no crest is known")
    return Computed(crest_m - given["level"])


def check(setting: Setting) -> str | None:
    """A crest must be known."""
    if setting.parameters.crest_m is None and setting.facility.crest_m is None:
        return "no crest is known; set crest_m of the facility or of this formula"
    return None
