"""Made-up states on the real chain: each by itself, by the last of what is dated, with what stands in their way."""

import numpy as np
import pytest

from tailings.facility.lint.trial import ChainTrial, failed_tests, is_free
from tailings.series import is_sure
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import loop, piezometer, pond, stream


def test_a_state_knows_nothing_of_the_one_before() -> None:
    """A thermistor that gives no temperature leaves its own pressure doubted, though the row before had one."""
    facility, _ = small.small(piezometer())
    trial = ChainTrial(facility, ["n2:vw1.level"])
    columns = {name: trial.free.index(name) for name in trial.free}
    states = np.zeros((3, 3))
    states[:, columns["n1:baro.pressure"]] = 961.0
    states[:, columns["n2:vw1.frequency"]] = 2831.4
    states[:, columns["n2:vw1.thermistor"]] = [4821.0, -1.0, 4821.0]

    found = trial.run(states)["n2:vw1.level"].series
    assert is_sure(found.quality).tolist() == [True, False, True]
    assert found.value[0] == pytest.approx(318.4 + 191.32 / 9.80665, abs=0.002)


def test_what_looks_back_is_free_and_its_inputs_are_not_asked() -> None:
    """A sum over a day stands in the place of a reading."""
    rain = stream("n1:rain.rain", "rain", "mm")
    day = stream("n1:rain.day", "rain", "mm", None, "rain_sum", parameters="window_s = 86400.0", rain="n1:rain.rain")
    facility, _ = small.small(rain + day)

    assert ChainTrial(facility, ["n1:rain.day"]).free == ("n1:rain.day",)
    assert [is_free(facility, name) for name in ("n1:rain.rain", "n1:rain.day")] == [True, True]


def test_filters_of_rates_and_spikes_take_no_part() -> None:
    """Neighbouring rows are no neighbours in time: a leap from one to the next is nothing."""
    text = pond(rate_of_change={"suspect_per_h": 0.001}, spike={"suspect": 0.001, "method": "trailing", "rows": 2})
    facility, _ = small.small(text)
    states = np.array([[1.0], [50.0], [1.0], [50.0]])

    assert is_sure(ChainTrial(facility, ["n2:pond.level"]).run(states)["n2:pond.level"].series.quality).all()


def test_days_are_one_for_each_season() -> None:
    """One where no filter knows the season; else one for each span of days with limits of its own."""
    seasons = [
        {"period": "month", "span": [1, 3], "suspect": [334.0, 338.0]},
        {"period": "month", "span": [4, 12], "suspect": [334.0, 341.0]},
    ]
    plain, seasonal = (
        ChainTrial(small.small(text)[0], ["n2:pond.level"]).days
        for text in (pond(gross_range={"fail": [0.0, 400.0]}), pond(climatology={"seasons": seasons}))
    )

    assert (plain, seasonal) == ((0,), (0, 91))


def test_a_doubt_is_named_where_it_begins() -> None:
    """A saturated loop is the formula's; the level that is made of it only hands it on."""
    freeboard = stream("n1:loop.freeboard", "freeboard", "m", None, "freeboard", level="n1:loop.level")
    facility, _ = small.small(loop() + freeboard)
    results = ChainTrial(facility, ["n1:loop.freeboard"]).run(np.array([[20.7], [12.0]]))

    found = [[(one.datastream, one.test) for one in failed_tests(results, row)] for row in (0, 1)]
    assert found == [[("n1:loop.level", "formula.loop-saturated")], []]
