"""Node health: battery and radio."""

import msgspec
import numpy as np

from tailings.formulas import Setting, node_health
from tests.tailings.facilities import vale
from tests.tailings.formulas.examples import given_of

BATTERY: dict[str, float] = {"good_voltage_v": 3.6, "bad_voltage_v": 3.3}
RADIO: dict[str, float] = {"good_signal_dbm": -90, "bad_signal_dbm": -115}


def test_the_worst_of_battery_and_radio() -> None:
    """All well; weak battery; battery well but radio lost; radio not known."""
    given = given_of("node_health", {**BATTERY, **RADIO}, voltage=[3.7, 3.5, 3.7, 3.7], signal=[-80, -80, -120, np.nan])

    assert node_health.compute(given).value.tolist() == [1.0, 0.5, 0.0, 1.0]


def test_a_signal_needs_its_limits() -> None:
    """A radio input without limits is refused in the file."""
    parameters = msgspec.convert(BATTERY, node_health.Parameters)
    setting = Setting(
        frozenset({"voltage", "signal"}), parameters, (), (), vale().instruments["n01:pond"], facility=vale()
    )

    assert "needs good_signal_dbm" in (node_health.check(setting) or "")
