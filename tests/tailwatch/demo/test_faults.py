"""Each fault shows as what it is: the facility's own formulas and filters, over the history, say so."""

import numpy as np

from tailings.chain import FilteredSeries
from tailwatch.demo import faults
from tailwatch.demo.dam import DAY_S
from tailwatch.demo.instruments import TIPS_M
from tests.tailwatch.demo.conftest import ANCHOR
from wire import quality as flag


def days(result: FilteredSeries) -> np.ndarray:
    return (result.series.time_ms / 1000 - ANCHOR.began_s) / DAY_S


def share(result: FilteredSeries, quality: int, where: np.ndarray) -> float:
    return float(np.mean(result.series.quality[where] == quality))


def test_what_is_sound_passes(judged: dict[str, FilteredSeries]) -> None:
    """Filters that cry wolf would hide the faults: in sound datastreams next to nothing is lowered."""
    for name in ("n03:vw1.level", "n02:pond.level", "n06:weir.flow", "n08:vw1.level", "n07:tilt.tilt"):
        assert share(judged[name], flag.PASS, slice(8, None)) > 0.995, name


def test_spikes_fail_and_their_neighbours_do_not(judged: dict[str, FilteredSeries]) -> None:
    """Single readings 14 Hz off, by the spike test; about one in 350."""
    frequency = judged["n05:vw1.frequency"]
    failed = np.flatnonzero(frequency.series.quality == flag.FAIL)

    assert 20 < failed.size < 100
    assert np.diff(failed).min() > 1
    assert {frequency.tests()[row] for row in failed} == {"spike"}


def test_drift_is_suspect_from_some_day_on(judged: dict[str, FilteredSeries]) -> None:
    """The upper tip leaves the lower one; the pair is doubted late, and not before the drift begins."""
    level = judged["n03:vw2.level"]

    assert share(level, flag.PASS, days(level) < faults.DRIFT[2]) > 0.99
    assert share(level, flag.PASS, days(level) > -5) == 0


def test_a_stuck_probe_fails_by_the_flat_line_test(judged: dict[str, FilteredSeries]) -> None:
    """Six hours after it stuck, until it moves again."""
    ph = judged["n06:sonde.ph"]
    stuck = (days(ph) > faults.STUCK[2] + 0.3) & (days(ph) < faults.STUCK[3])

    assert share(ph, flag.FAIL, stuck) == 1
    assert share(ph, flag.FAIL, days(ph) > faults.STUCK[3] + 0.01) == 0


def test_an_empty_battery_is_told_by_its_voltage(judged: dict[str, FilteredSeries]) -> None:
    """Good a week ago, suspect on its way, failed at the end."""
    voltage = judged["n07:battery.voltage"]

    assert share(voltage, flag.PASS, days(voltage) < -7) == 1
    assert voltage.series.quality[-1] == flag.FAIL


def test_a_wrong_sign_gives_pressures_below_zero(judged: dict[str, FilteredSeries]) -> None:
    """Water would stand far below the tip: every reading is rejected, and what is made of it too."""
    level = judged["n04:vw1.level"]

    assert share(judged["n04:vw1.pressure"], flag.FAIL, slice(None)) == 1
    assert (level.series.value < TIPS_M["n04:vw1"]).all()
    assert (level.series.quality == flag.FAIL).all()


def test_the_link_is_lost_for_minutes_now_and_then() -> None:
    """Not at the start, then for three minutes, and again."""
    _, first_s, lasts_s, every_s = faults.LOST_LINK
    moments = (0.0, first_s - 1, first_s, first_s + lasts_s - 1, first_s + lasts_s, first_s + every_s)

    assert [faults.is_link_lost(run_s) for run_s in moments] == [False, False, True, True, False, True]
