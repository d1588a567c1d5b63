"""Evaluation: alignment, staleness, calibrations by date, quality and its cause."""

import datetime as dt

import numpy as np
import pytest
from msgspec.structs import replace

from tailings import Facility, Series, formulas, parse
from tailings.formulas import Derived
from tests.tailings.facilities import changed, vale

NOON_MS = 1764072000000  # 2025-11-25 12:00 UTC
MINUTE_MS = 60_000
NOW_HZ = (6749 * 1000) ** 0.5


def pressure(
    frequency: Series, temperature: Series | None, barometer: Series | None, facility: Facility | None = None
) -> Derived:
    """The pressure of n07:vw1 (geokon, linear, -0.1795 kPa/digit, zero at 12 degC and 961 hPa)."""
    facility = facility or vale()
    roles = {"frequency": frequency, "temperature": temperature, "barometer": barometer}
    given = {role: series for role, series in roles.items() if series is not None}
    return formulas.evaluate(facility.datastreams["n07:vw1.pressure"], given, facility)


def at(*minutes: float, value: float = NOW_HZ, quality: int = 1) -> Series:
    """A series at these minutes after noon."""
    times = [NOON_MS + round(minute * MINUTE_MS) for minute in minutes]
    return Series.of(times, np.full(len(times), value), np.full(len(times), quality))


def test_units_of_the_inputs_are_converted() -> None:
    """A barometer in hPa corrects a pressure in kPa: 10 hPa more air are 1 kPa less water."""
    result = pressure(at(0), at(0, value=12.0), at(0, value=971.0))

    assert result.series.value[0] == pytest.approx(418.77 - 1.0, abs=0.01)
    assert result.series.quality.tolist() == [1]


def test_the_barometer_counts_with_its_last_value() -> None:
    """A barometer read at other instants counts with its last value at or before; later ones do not."""
    barometer = Series.of([NOON_MS - 90 * MINUTE_MS, NOON_MS + MINUTE_MS], [971.0, 981.0], [1, 1])

    result = pressure(at(0, 1, 2), at(0, 1, 2, value=12.0), barometer)

    assert result.series.value == pytest.approx([417.77, 416.77, 416.77], abs=0.01)


def test_a_stale_barometer_is_never_silent() -> None:
    """After 7,200 s the pressure is uncorrected, suspect, and says which input was stale."""
    result = pressure(at(120, 121), at(120, 121, value=12.0), at(0, value=971.0))

    assert result.series.value == pytest.approx([417.77, 418.77], abs=0.01)
    assert result.series.quality.tolist() == [1, 3]
    assert result.tests() == [None, "stale.barometer"]


def test_a_barometer_never_read_is_missing() -> None:
    """Without any barometer value the result is suspect with another cause."""
    result = pressure(at(0), at(0, value=12.0), None)

    assert (result.series.quality[0], result.tests()[0]) == (3, "missing.barometer")


def test_a_missing_reading_falls_back_to_the_last_value_within_the_limit() -> None:
    """One failed barometer reading does not spoil the pressure while an earlier value is fresh."""
    barometer = Series.of([NOON_MS - MINUTE_MS, NOON_MS], [971.0, np.nan], [1, 9])

    result = pressure(at(0), at(0, value=12.0), barometer)

    assert result.series.value[0] == pytest.approx(417.77, abs=0.01)
    assert result.series.quality[0] == 1


def test_a_missing_main_input_is_a_missing_result() -> None:
    """No frequency, no pressure: NaN, quality 9, cause named."""
    result = pressure(at(0, value=np.nan), at(0, value=12.0), at(0, value=961.0))

    assert np.isnan(result.series.value[0])
    assert (result.series.quality[0], result.tests()[0]) == (9, "missing.frequency")


@pytest.mark.parametrize("quality", [1, 2, 3, 4])
def test_the_worst_input_decides(quality: int) -> None:
    """The result is as good as its worst input, and a suspect or failed one is named."""
    result = pressure(at(0, quality=quality), at(0, value=12.0), at(0, value=961.0))

    assert result.series.quality[0] == quality
    assert result.tests()[0] == ("input.frequency" if quality > 2 else None)


def test_all_that_decide_are_named() -> None:
    """A suspect frequency, a suspect thermometer and no barometer: three causes of one grade, in the alphabet's order.

    A failed frequency outweighs the others, and is named alone.
    """
    frequency = Series.of([NOON_MS, NOON_MS + MINUTE_MS], [NOW_HZ] * 2, [3, 4])

    result = pressure(frequency, at(0, 1, value=12.0, quality=3), None)

    assert result.series.quality.tolist() == [3, 4]
    assert result.tests() == ["input.frequency,input.temperature,missing.barometer", "input.frequency"]


@pytest.mark.parametrize(
    ("minutes", "kpa", "quality", "named"),
    [(1, 417.77, 1, None), (121, 418.77, 3, "stale.barometer"), (None, 418.77, 3, "missing.barometer")],
)
def test_a_rejected_barometer_is_a_lost_one(minutes: int | None, kpa: float, quality: int, named: str | None) -> None:
    """What it says takes no part: the good reading before it counts while it is fresh (971 hPa are 1 kPa more), else
    the pressure is uncorrected and suspect, never rejected with its barometer."""
    rejected = [(NOON_MS, 500.0, 4)]
    good = [] if minutes is None else [(NOON_MS - minutes * MINUTE_MS, 971.0, 1)]
    barometer = Series.of(*zip(*good, *rejected, strict=True))

    result = pressure(at(0), at(0, value=12.0), barometer)

    assert result.series.value[0] == pytest.approx(kpa, abs=0.01)
    assert (result.series.quality[0], result.tests()[0]) == (quality, named)


def test_before_the_first_calibration_there_is_no_value() -> None:
    """A reading older than the first calibration stays without result and says why."""
    before = round(dt.datetime(2024, 6, 11, 22, 59, 59, tzinfo=dt.UTC).timestamp() * 1000)
    frequency = Series.of([before, before + 1000], [NOW_HZ, NOW_HZ], [1, 1])

    result = pressure(frequency, None, None)

    assert result.series.quality.tolist() == [9, 3]
    assert result.tests()[0] == "calibration.none"


def test_each_row_has_the_calibration_of_its_day() -> None:
    """A new field zero counts from its day on; older rows keep the old one."""
    facility = vale()
    first = facility.instruments["n07:vw1"].calibrations[0]
    start = dt.datetime.fromtimestamp(NOON_MS / 1000, dt.UTC)
    second = replace(first, valid_from=start, zero_reading_digits=6749.0, zero_barometer_kpa=97.1)
    instrument = replace(facility.instruments["n07:vw1"], calibrations=(first, second))
    facility = replace(facility, instruments={**facility.instruments, "n07:vw1": instrument})

    result = pressure(at(-1, 0, 1), at(-1, value=12.0), at(-1, value=961.0), facility)

    assert result.series.value == pytest.approx([418.77, 1.0, 1.0], abs=0.01)


def test_an_ended_calibration_leaves_a_hole() -> None:
    """Between valid_to and the next valid_from nothing is computed."""
    mark = 'tip_elevation_m = 318.4\n[[instruments."n07:vw1".calibrations]]\nvalid_from = 2024-06-12\n'
    facility = parse(changed(mark, mark + "valid_to = 2025-11-25T12:00:30Z\n"))

    result = pressure(at(0, 1), at(0, 1, value=12.0), at(0, 1, value=961.0), facility)

    assert result.tests() == [None, "calibration.none"]


def test_one_row_and_many_rows_agree() -> None:
    """Ten thousand rows at once are what the same rows are one by one."""
    rng = np.random.default_rng(7)
    rows = 70_000
    times = NOON_MS + np.arange(rows) * MINUTE_MS
    frequency = Series.of(times, rng.uniform(2000, 3000, rows), rng.choice([1, 2, 3, 4], rows))
    temperature = Series.of(times, np.where(rng.random(rows) < 0.1, np.nan, 11.0), np.full(rows, 1))
    barometer = Series.of(times[::100] + 1, rng.uniform(940, 980, times[::100].size), np.full(times[::100].size, 1))
    whole = pressure(frequency, temperature, barometer)
    named = whole.tests()

    for row in rng.integers(0, rows, 50).tolist():
        past = slice(0, row + 1)
        single = pressure(
            frequency.rows(slice(row, row + 1)), temperature.rows(past), barometer.rows(slice(0, row // 100 + 1))
        )
        assert single.series.quality[0] == whole.series.quality[row]
        assert single.series.value[0] == pytest.approx(whole.series.value[row], nan_ok=True)
        assert single.tests()[0] == named[row]


def test_history_is_the_longest_staleness() -> None:
    """An edge agent must keep 7,200 s of the barometer for this pressure, nothing for the thermistor."""
    assert formulas.history_s(vale().datastreams["n07:vw1.pressure"]) == 7200
    assert formulas.history_s(vale().datastreams["n07:vw1.temperature"]) == 0


def test_a_raw_datastream_cannot_be_evaluated() -> None:
    """Asking for it is a bug of the caller."""
    with pytest.raises(ValueError, match="is raw"):
        formulas.evaluate(vale().datastreams["n07:vw1.frequency"], {}, vale())
