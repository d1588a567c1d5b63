"""The year of a battery: an own second calculation, days without sun, and what a panel and cold do."""

import math
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailwatch import energy
from tailwatch.commands import _energy_lines
from tailwatch.energy import EnergyFigures, read, sized
from tailwatch.energy.year import lived, weather
from tests.tailings.facilities import vale

FIGURES = read()
PLAIN = msgspec.structs.replace(
    FIGURES,
    battery=msgspec.structs.replace(
        FIGURES.battery, self_discharge_per_month=0.0, lowest_share=0.0, capacity_by_degc=((-50.0, 1.0), (60.0, 1.0))
    ),
)
"""A battery that loses nothing by itself and in the cold."""


def second(latitude_deg: float, day_mah: float, figures: EnergyFigures) -> list[float]:
    """The charge of each day [Wh] by other means: minutes of sun, joules; a typical year of the north."""
    rows = {one.degrees: one for one in figures.climate.latitudes}
    below, above = max(d for d in rows if d <= latitude_deg), min(d for d in rows if d > latitude_deg)
    part = (latitude_deg - below) / (above - below)

    def between(name: str) -> float:
        return getattr(rows[below], name) * (1 - part) + getattr(rows[above], name) * part

    battery, panel = figures.battery, figures.panel
    full_wh = 12.8 * battery.ampere_hours * battery.share_kept_typical
    need_wh = day_mah * 12.8 / 1000 + full_wh * battery.self_discharge_per_month * 12 / 365.25
    stored_wh, found = full_wh, list[float]()
    for number in range(730):
        day = (date(2023, 1, 1) + timedelta(days=number % 365)).timetuple().tm_yday
        warmth = 0.5 - 0.5 * math.cos(2 * math.pi * (day - 202 + 182.5) / 365)
        degc = between("coldest_degc") + warmth * (between("warmest_degc") - between("coldest_degc"))
        clear = between("clearness_winter") + warmth * (between("clearness_summer") - between("clearness_winter"))
        tilt, phi = 0.409 * math.sin(2 * math.pi * day / 365 - 1.39), math.radians(latitude_deg)
        turns = np.linspace(-math.pi, math.pi, 2881)[:-1] + math.pi / 2880
        height = np.clip(math.sin(phi) * math.sin(tilt) + math.cos(phi) * math.cos(tilt) * np.cos(turns), 0, None)
        sun_kwh = 0.0820 * (1 + 0.033 * math.cos(2 * math.pi * day / 365)) * height.sum() / 2 / 3.6 * clear
        came_wh = sun_kwh * panel.watts * panel.share_typical * (1 - 0.004 * max(degc, 0.0)) * 0.95 * (degc >= 0)
        kept = np.interp(degc, *zip(*battery.capacity_by_degc, strict=True))
        floor_wh = full_wh * (battery.lowest_share + 1 - kept)
        stored_wh = max(stored_wh - need_wh, min(stored_wh, floor_wh))
        found.append(stored_wh / full_wh)
        stored_wh = min(stored_wh + came_wh, full_wh)
    return found[365:]


@pytest.mark.parametrize(("latitude_deg", "day_mah"), [(40.16, 700.0), (55.0, 300.0), (5.0, 1500.0)])
def test_a_second_calculation_agrees(latitude_deg: float, day_mah: float) -> None:
    """Day by day, within a thousandth of the charge."""
    assert lived(latitude_deg, day_mah, FIGURES, "typical").share == pytest.approx(
        second(latitude_deg, day_mah, FIGURES), abs=2e-3
    )


def test_days_without_sun_are_capacity_by_daily_charge() -> None:
    """Kipp & Zonen LOGBOX SD manual, page 49: seven days need 0.1711 Ah; the first of them is gone at dawn."""
    figures = sized(PLAIN, panel_w=1000.0, battery_ah=0.1711 / PLAIN.battery.share_kept_typical)

    assert lived(40.0, 1.018 * 24, figures, "typical").days_without_sun.min() == pytest.approx(7 - 1, abs=0.005)


@settings(deadline=None, max_examples=15)
@given(
    st.floats(-80, 80),
    st.floats(1, 3000),
    st.floats(0.1, 60),
    st.floats(0.1, 60),
    st.sampled_from(["typical", "worst"]),
)
def test_a_larger_panel_never_gives_fewer_days(
    latitude_deg: float, day_mah: float, one_w: float, other_w: float, case: str
) -> None:
    """On no day of the year, and never a lower charge."""
    small, large = (
        lived(latitude_deg, day_mah, sized(FIGURES, panel_w=watts), case) for watts in sorted((one_w, other_w))
    )

    assert np.all(large.days_without_sun >= small.days_without_sun - 1e-9)
    assert large.smallest_share >= small.smallest_share - 1e-12


@settings(deadline=None, max_examples=10)
@given(st.floats(-80, 80), st.floats(1, 1000), st.floats(1.0, 4.0))
def test_a_node_that_takes_more_never_lasts_longer(latitude_deg: float, day_mah: float, times: float) -> None:
    """On no day of the year."""
    little, much = (
        lived(latitude_deg, day_mah, FIGURES, "worst"),
        lived(latitude_deg, day_mah * times, FIGURES, "worst"),
    )

    assert np.all(much.days_without_sun <= little.days_without_sun + 1e-9)


def test_without_a_panel_the_node_goes_off_and_stays_off() -> None:
    """The control: nothing comes in, so the second year is dark from its first day."""
    year = lived(40.0, 100.0, sized(FIGURES, panel_w=0.0), "typical")

    assert (year.days_off, year.days_without_sun.max()) == (365, 0.0)


def test_the_south_has_its_winter_in_july() -> None:
    """Half a year later than the north: temperature and clearness."""
    north, south = (weather(latitude, FIGURES.climate, "typical") for latitude in (45.0, -45.0))

    assert north.air_degc.argmin() in range(10, 30) and south.air_degc.argmin() in range(192, 212)
    assert north.sun_kwh_m2.argmax() in range(150, 200) and south.sun_kwh_m2.argmin() in range(150, 200)


def test_below_frost_nothing_is_charged() -> None:
    """A battery that must not be charged below 0 C ends the winter of 60 degrees lower than one that may be."""
    may = msgspec.structs.replace(FIGURES, battery=msgspec.structs.replace(FIGURES.battery, no_charge_below_degc=-50.0))

    assert lived(60.0, 60.0, FIGURES, "typical").smallest_share < lived(60.0, 60.0, may, "typical").smallest_share - 0.1


def test_the_months_of_the_site_count_instead_of_the_table() -> None:
    """Twelve values, each for all days of its month; January has 31."""
    months = tuple(float(month) for month in range(1, 13))
    climate = msgspec.structs.replace(FIGURES.climate, monthly_kwh_m2=months, monthly_poor_kwh_m2=months)

    sun = weather(40.0, climate, "typical").sun_kwh_m2

    assert (sun[30], sun[31], sun[-1]) == (1.0, 2.0, 12.0)


def test_the_months_of_the_site_are_not_those_of_other_latitudes() -> None:
    """A site without any sun at 40.16 degrees north: its own row has no days, and the nine others are as without."""
    dark = (0.0,) * 12
    climate = msgspec.structs.replace(FIGURES.climate, monthly_kwh_m2=dark, monthly_poor_kwh_m2=dark)
    told = {
        name: _energy_lines.by_latitude(vale(), energy.of_facility(vale(), figures, energy.wake_times()), figures)
        for name, figures in (("dark", msgspec.structs.replace(FIGURES, climate=climate)), ("table", FIGURES))
    }

    assert told["dark"][0]["typical"] == (0.0,) * 12
    assert told["dark"][1:] == told["table"][1:]
