"""Energy: what each node of a facility takes of its battery, and whether panel and battery carry it through the year.

EnergyFigures of hardware/energy.toml and times of firmware/wake_times.json; nothing of it was measured on a board.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from tailings.facility import Facility
from tailwatch.energy import consumption, year
from tailwatch.energy.consumption import STATES, Cycle, NodePlan, State
from tailwatch.energy.drawing import picture
from tailwatch.energy.figures import CASES, Case, EnergyFigures, WakeTimes, read, wake_times
from tailwatch.energy.year import Year

LATITUDES: Final = (-60.0, -45.0, -30.0, -15.0, 0.0, 15.0, 30.0, 45.0, 60.0)

__all__ = (
    "CASES",
    "LATITUDES",
    "STATES",
    "Case",
    "Cycle",
    "EnergyFigures",
    "NodeEnergy",
    "NodePlan",
    "State",
    "WakeTimes",
    "Year",
    "days_without_sun",
    "of_facility",
    "picture",
    "read",
    "sized",
    "wake_times",
)


class NodeEnergy(NamedTuple):
    """One node: its plan, and its cycle and year in each case."""

    plan: NodePlan
    cycles: dict[Case, Cycle]
    years: dict[Case, Year]


def of_facility(facility: Facility, figures: EnergyFigures, times: WakeTimes) -> tuple[NodeEnergy, ...]:
    """All nodes, as if each were a board of this project at the place of the facility."""
    return tuple(_node(plan, facility.location.lat, figures, times) for plan in consumption.plans(facility, times))


def days_without_sun(
    latitude_deg: float, site_deg: float, node: NodeEnergy, figures: EnergyFigures, case: Case
) -> tuple[float, ...]:
    """How many days the node's battery lasts if the sun stays away, by month: of the month's worst day.

    site_deg: where the node is, and where the site's own months of sun count; elsewhere the table by latitude does.
    """
    if latitude_deg != site_deg:
        climate = msgspec.structs.replace(figures.climate, monthly_kwh_m2=(), monthly_poor_kwh_m2=())
        figures = msgspec.structs.replace(figures, climate=climate)
    lived = year.lived(latitude_deg, sum(node.cycles[case].per_day_mah.values()), figures, case)
    return lived.by_month(lived.days_without_sun)


def sized(figures: EnergyFigures, panel_w: float | None = None, battery_ah: float | None = None) -> EnergyFigures:
    """The same figures with another panel or battery."""
    panel = figures.panel if panel_w is None else msgspec.structs.replace(figures.panel, watts=panel_w)
    battery = (
        figures.battery if battery_ah is None else msgspec.structs.replace(figures.battery, ampere_hours=battery_ah)
    )
    return msgspec.structs.replace(figures, panel=panel, battery=battery)


def _node(plan: NodePlan, latitude_deg: float, figures: EnergyFigures, times: WakeTimes) -> NodeEnergy:
    cycles = {case: consumption.cycle(plan, figures, times, case) for case in CASES}
    years = {
        case: year.lived(latitude_deg, sum(one.per_day_mah.values()), figures, case) for case, one in cycles.items()
    }
    return NodeEnergy(plan, cycles, years)
