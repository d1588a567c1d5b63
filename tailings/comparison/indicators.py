"""What facilities are compared by: each indicator with its axis, its fixed bounds and the weight that it has at first.

The bounds never come from the facilities that are compared: with them a facility that is added would turn the order of
two others. Bounds and first weights are conventions of this program, not of a standard; a person moves the weights.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from msgspec import Struct

Axis = Literal["hazard", "value"]
AXES: Final[tuple[Axis, ...]] = ("hazard", "value")


class Indicator(Struct, frozen=True):
    """One indicator: 0 is at `at_0` and 1 at `at_1`, in `unit` ("" for words and shares).

    weight: in percent of its axis, until a person moves it; 0: it is not chosen.
    """

    name: str
    axis: Axis
    at_0: str
    at_1: str
    weight: int
    unit: str = ""


INDICATORS: Final = (
    Indicator("state", "hazard", "green", "red", weight=40),
    Indicator("consequence", "hazard", "low", "extreme", weight=30),
    Indicator("water", "hazard", "0", "100", unit="%", weight=15),
    Indicator("acid", "hazard", "7", "3", unit="pH", weight=5),
    Indicator("sight", "hazard", "full", "blind", weight=10),
    Indicator("people", "hazard", "0", "1000", weight=0),
    Indicator("protected", "hazard", "10", "0", unit="km", weight=0),
    Indicator("net", "value", "-1000", "1000", unit="M USD", weight=50),
    Indicator("feasibility", "value", "E3;F4", "E1;F1", weight=20),
    Indicator("confidence", "value", "G4", "G1", weight=20),
    Indicator("completeness", "value", "0", "100", unit="%", weight=10),
)
"""People and protected areas have no weight at first: few sources say anything of them, and what nobody knows only
widens every range."""
BY_NAME: Final = {one.name: one for one in INDICATORS}


@cache
def of_axis(axis: Axis) -> tuple[Indicator, ...]:
    """The indicators of an axis, in their order."""
    return tuple(one for one in INDICATORS if one.axis == axis)
