"""Evaporation of a pond: radiation and day against the examples of FAO-56, what is not known, streaming and batch."""

import datetime as dt

import numpy as np
import pytest

from tailings import Series, parse
from tailings.formulas import evaluate
from tailings.formulas import pond_evaporation as pond
from tests.tailings.facilities import changed
from wire import quality as flag

HOUR_MS = 3_600_000
TEXT = (
    '\n[datastreams."n01:baro.temperature"]\nquantity = "temperature"\nunit = "Cel"\nexpected_interval_s = 3600\n'
    '[datastreams."n01:baro.evaporation"]\nquantity = "evaporation"\nunit = "mm/d"\nformula = "pond_evaporation"\n'
    'inputs = { temperature = "n01:baro.temperature" }\n'
)


def evaporation(degc: np.ndarray, begins: dt.datetime, latitude: str = "40.16") -> Series:
    """The derived datastream of hourly temperatures."""
    facility = parse(changed("lat = 40.16", f"lat = {latitude}") + TEXT)
    time_ms = round(begins.timestamp() * 1000) + np.arange(degc.size) * HOUR_MS
    datastream = facility.datastreams["n01:baro.evaporation"]
    return evaluate(datastream, {"temperature": Series.of(time_ms, degc)}, facility).series


def test_the_radiation_of_a_day_is_that_of_the_examples() -> None:
    """FAO-56 example 8 (3 September at 20 degrees south): 32.2 MJ/(m2 d); Lyon on 15 July: 16.5463 mm/d by NCL."""
    south = pond.radiation_mm_d(-20.0, np.array([246.0]))[0] / pond.MM_PER_MJ_M2

    assert south == pytest.approx(32.2, abs=0.05)
    assert pond.radiation_mm_d(45.72, np.array([196.0]))[0] == pytest.approx(16.5463, abs=5e-5)


def test_the_reference_is_that_of_lyon_in_july() -> None:
    """FAO-56 example 20: 14.8 to 26.6 degC at Lyon in July are 5.0 mm/d."""
    radiation = pond.radiation_mm_d(45.72, np.array([196.0]))

    found = pond.reference_mm_d(np.array([14.8]), np.array([26.6]), radiation)

    assert found[0] == pytest.approx(5.0, abs=0.05)


def test_beyond_the_polar_circle_the_sun_stays_up_or_down() -> None:
    """At 70 degrees north: none in December; in June more than at the equator, for it shines all day."""
    june, december = pond.radiation_mm_d(70.0, np.array([172.0, 355.0]))

    assert december == pytest.approx(0.0, abs=1e-9)
    assert june > pond.radiation_mm_d(0.0, np.array([172.0]))[0]


def test_the_day_is_of_the_year_in_utc() -> None:
    """1 January is day 1, 31 December of a leap year day 366."""
    days = [dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 12, 31, 23, tzinfo=dt.UTC)]

    assert pond.day_of_year(np.array([round(day.timestamp() * 1000) for day in days])).tolist() == [1, 366]


def test_a_day_that_is_not_known_is_doubted() -> None:
    """Suspect, for it is too small, until nine tenths of 24 hourly readings (22) are there."""
    degc = 12 - 6 * np.cos(2 * np.pi * np.arange(30) / 24)

    found = evaporation(degc, dt.datetime(2026, 6, 1, tzinfo=dt.UTC))

    assert found.quality[:21].tolist() == [flag.SUSPECT] * 21 and found.value[5] < found.value[-1]
    assert found.quality[21:].max() <= flag.NOT_EVALUATED and (found.value[21:] > 2).all()


def test_frost_and_the_dark_of_the_north_are_doubted() -> None:
    """Ice does not evaporate by this formula, and beyond 55 degrees it holds in the summer half of the year only."""
    frost = evaporation(np.linspace(-9, 3, 24), dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    june, november = (
        evaporation(np.linspace(4, 9, 24), dt.datetime(2026, month, 1, tzinfo=dt.UTC), "67.1") for month in (6, 11)
    )

    assert (june.quality[-1], november.quality[-1]) == (flag.NOT_EVALUATED, flag.SUSPECT)
    assert frost.quality[-1] == flag.SUSPECT


def test_the_newest_reading_gets_what_a_recalculation_gives_it() -> None:
    """A day's window alone and ten days at once: the same to the last bit."""
    degc = np.random.default_rng(3).normal(15, 5, 240)
    begins = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)

    whole = evaporation(degc, begins)
    alone = evaporation(degc[-24:], begins + dt.timedelta(hours=216))

    assert alone.value[-1] == whole.value[-1]
