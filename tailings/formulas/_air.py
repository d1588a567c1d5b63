"""Whether a gauge's reading has the air's pressure in it: what the file must say, and which inputs follow from it.

A sealed (absolute) gauge reads the air's weight on the water with the water; weather alone moves it by about +-3 kPa,
0.3 m of water. A vented one has a tube to the air and is free of it. Which of them a gauge is, is stated by its
`pressure` and never assumed: a barometer taken off a vented gauge is as wrong as one left in a sealed gauge.
"""

from __future__ import annotations

from collections.abc import Iterable

from tailings.formulas import Setting
from tailings.instruments import ABSOLUTE, NO_PRESSURE, SAY_ANY_PRESSURE, SAY_PRESSURE, VENTED


def fault(setting: Setting, zeros: Iterable[tuple[str, float | None]], is_pressure: bool) -> str | None:
    """What does not fit between a gauge, its barometer input and the air's pressure at its zero; None when all fits.

    zeros: day of each calibration or range and the barometer [kPa] at its zero reading. is_pressure: the gauge can
    only be one that measures pressure.
    """
    stated, name = setting.instrument.pressure, setting.instrument.name
    has_barometer = "barometer" in setting.roles
    if stated is None or (is_pressure and stated == NO_PRESSURE):
        fix = SAY_PRESSURE if is_pressure else SAY_ANY_PRESSURE
        return f"instrument {name} does not say what its pressure is against; {fix}"
    if stated == ABSOLUTE and not has_barometer:
        return (
            f"instrument {name} is sealed (absolute), so weather alone moves it by 0.3 m of water; name a barometer "
            f'among the inputs, or say pressure = "{VENTED}" if it has a tube to the air'
        )
    if stated != ABSOLUTE and has_barometer:
        return (
            f"instrument {name} has no air pressure in its reading ({stated}); drop the barometer input, or say "
            f'pressure = "{ABSOLUTE}" if it is sealed'
        )
    for day, zero_kpa in zeros:
        if has_barometer and zero_kpa is None:
            return f"the entry of {day} has no zero_barometer_kpa, the air's pressure at the zero reading; add it"
        if not has_barometer and zero_kpa is not None:
            return f"the entry of {day} has zero_barometer_kpa, but instrument {name} is {stated}; remove it"
    return None
