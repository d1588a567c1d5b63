"""A year of a node: what the panel brings, what the battery holds, and how long it lasts if the sun stays away.

Radiation outside the air (tailings/sun.py) times the month's clearness falls on a panel that lies flat. The battery is
followed day by day for two years from full; the second is told. Cold does not take charge away, it makes some of it
useless until it is warmer; below `no_charge_below_degc` nothing is charged.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from tailings.series import Values
from tailings.sun import radiation_mj_m2
from tailwatch.energy.figures import MONTHS, Case, Climate, EnergyFigures, NodeBattery, Panel

DAYS: Final = np.arange(1.0, 366.0)
FIRST_OF_MONTH: Final = np.cumsum((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30))
MIDSUMMER_DAY: Final = 202.0
"""Of the northern half: the middle of July, some weeks behind the solstice."""
MJ_A_KWH: Final = 3.6
DAYS_A_MONTH: Final = 365.25 / 12
AT_25_DEGC: Final = 25.0


class Weather(NamedTuple):
    """What each day of a year brings to a place: radiation on the level ground [kWh/m2], mean temperature [degC]."""

    sun_kwh_m2: Values
    air_degc: Values


class Year(NamedTuple):
    """Each day of the second year, float64[365].

    share: charge by the capacity that age has left, 0 to 1, when the day's load is gone and its sun has not come: the
    day's lowest. harvest_wh: what the panel could
    bring. load_wh: what the node takes. lowest_share: below it the node is off, as cold as it is then.
    days_without_sun: how long that charge lasts when the panel brings nothing from then on.
    """

    share: Values
    harvest_wh: Values
    load_wh: float
    lowest_share: Values
    days_without_sun: Values

    @property
    def smallest_share(self) -> float:
        """Over the year."""
        return float(np.min(self.share))

    @property
    def days_off(self) -> int:
        """Days on which the battery switches the node off."""
        return int(np.sum(self.share <= self.lowest_share))

    def by_month(self, values: Values) -> tuple[float, ...]:
        """The smallest value of each month."""
        return tuple(float(np.min(part)) for part in np.split(values, FIRST_OF_MONTH[1:]))


def weather(latitude_deg: float, climate: Climate, case: Case) -> Weather:
    """The year of a latitude in the table, or of the site's own months."""
    summer = (1 + np.cos(2 * np.pi * (DAYS - MIDSUMMER_DAY) / 365)) / 2  # 1 at midsummer, 0 at midwinter, of the north
    if latitude_deg < 0:
        summer = 1 - summer
    at = abs(latitude_deg)
    rows = {name: np.interp(at, *_column(climate, name)) for name in climate.latitudes[0].__struct_fields__}
    winter, high = ("clearness_winter", "clearness_summer") if case == "typical" else ("poor_winter", "poor_summer")
    clearness = rows[winter] + (rows[high] - rows[winter]) * summer
    sun = clearness * radiation_mj_m2(latitude_deg, DAYS) / MJ_A_KWH
    if months := climate.of_site(case):
        sun = np.repeat(months, np.diff(np.append(FIRST_OF_MONTH, DAYS.size)))
    return Weather(sun, rows["coldest_degc"] + (rows["warmest_degc"] - rows["coldest_degc"]) * summer)


def harvest_wh(sky: Weather, panel: Panel, case: Case) -> Values:
    """What the panel brings to the battery's terminals each day [Wh], float64[365]."""
    warmer = np.maximum(sky.air_degc + panel.cell_above_air_degc - AT_25_DEGC, 0.0)
    return np.asarray(sky.sun_kwh_m2 * panel.watts * panel.share(case) * np.maximum(1 + panel.per_degc * warmer, 0.0))


def lived(latitude_deg: float, day_mah: float, figures: EnergyFigures, case: Case) -> Year:
    """The second year of a node that takes `day_mah` of its battery a day."""
    battery, sky = figures.battery, weather(latitude_deg, figures.climate, case)
    capacity_wh = battery.volts * battery.ampere_hours * battery.share_kept(case)
    harvest = harvest_wh(sky, figures.panel, case)
    charged = np.where(sky.air_degc < battery.no_charge_below_degc, 0.0, harvest * battery.charging_efficiency)
    load_wh = day_mah / 1000 * battery.volts
    taken = load_wh + battery.self_discharge_per_month / DAYS_A_MONTH * capacity_wh
    lowest = _lowest_share(battery, sky.air_degc)
    share, last = np.empty(DAYS.size), 1.0
    for _ in range(2):
        for day in range(DAYS.size):
            share[day] = max(last - taken / capacity_wh, min(last, lowest[day]))  # its protection stops the node
            last = min(share[day] + charged[day] / capacity_wh, 1.0)
    return Year(share, harvest, load_wh, lowest, np.maximum(share - lowest, 0.0) * capacity_wh / taken)


def _lowest_share(battery: NodeBattery, air_degc: Values) -> Values:
    """Below this share of its charge the battery gives nothing: its protection's limit, and what cold withholds."""
    degrees, kept = zip(*battery.capacity_by_degc, strict=True)
    return np.asarray(np.minimum(battery.lowest_share + 1 - np.interp(air_degc, degrees, kept), 1.0))


def _column(climate: Climate, name: str) -> tuple[list[float], list[float]]:
    return [one.degrees for one in climate.latitudes], [getattr(one, name) for one in climate.latitudes]


assert len(FIRST_OF_MONTH) == MONTHS
