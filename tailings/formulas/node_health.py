"""Health of a node: 1 good, 0.5 weak, 0 about to fall silent, by the worst of battery and radio.

Source: our own rule; the limits are settings from the data sheets of the battery and the radio, none is built in.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Setting
from tailings.formulas.vw_signal_health import grade

INPUTS = (Input("voltage", "V"), Input("signal", "{dBm}", optional=True, stale_after_s=86400.0))
RESULT = (("health",), "1")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """At or above `good` all is well, below `bad` the node is about to fall silent."""

    good_voltage_v: float
    """The voltage from which on all is well."""
    bad_voltage_v: float
    """The voltage below which the node is about to fall silent."""
    good_signal_dbm: float | None = None
    """The signal from which on all is well."""
    bad_signal_dbm: float | None = None
    """The signal below which the link is about to fail."""

    def __post_init__(self) -> None:
        if self.bad_voltage_v > self.good_voltage_v:
            raise ValueError("bad_voltage_v must not be above good_voltage_v")


EXAMPLE = Example(
    inputs={"voltage": 3.45},
    result=0.5,
    tolerance=1e-9,
    origin="between 3.3 and 3.6 V",
    parameters={"good_voltage_v": 3.6, "bad_voltage_v": 3.3},
)


def compute(given: Given) -> Computed:
    """Health at each instant of the voltage; a missing signal strength does not count."""
    parameters = given.parameters
    health = grade(given["voltage"], parameters.good_voltage_v, parameters.bad_voltage_v)
    signal = given.get("signal")
    if signal is None:
        return Computed(health)
    radio = grade(signal, parameters.good_signal_dbm, parameters.bad_signal_dbm)
    return Computed(np.where(np.isnan(signal), health, np.minimum(health, radio)))


def equation(given: Given) -> Equation:
    """No line: a grade by limits."""
    return Equation(method="grade")


def check(setting: Setting) -> str | None:
    """A signal input needs its two limits."""
    limits = (setting.parameters.good_signal_dbm, setting.parameters.bad_signal_dbm)
    if "signal" in setting.roles and (None in limits or limits[1] > limits[0]):
        return "the signal input needs good_signal_dbm and a bad_signal_dbm below it"
    return None
