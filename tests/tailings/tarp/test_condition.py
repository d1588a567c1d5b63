"""One test: hysteresis, persistence, rate, quality, silence."""

import numpy as np
import pytest

from tailings.facility import Condition
from tailings.series import Bounded, Series
from tailings.tarp._condition import LeafMemory, follow

STALE_MS = 180_000


def met(
    leaf: Condition, values: list[float], quality: list[int] | None = None, minutes: list[int] | None = None
) -> str:
    """Whether the test is met after each row: x met, . not."""
    times = np.array(minutes or range(len(values))) * 60_000
    series = Series.of(times, values, quality or [1] * len(values))
    steps, _ = follow(leaf, Bounded.of(series), LeafMemory(), STALE_MS)
    return "".join("x" if is_met else "." for is_met in steps.met_at(times))


def above(value: float, **more: float) -> Condition:
    """A test of the pond level."""
    return Condition("n01:pond.level", "above", value, **more)  # type: ignore[arg-type]


def test_hysteresis_keeps_it_met_until_the_value_is_well_back() -> None:
    """Raised above 10; 9.9 and 9.51 hold, 9.5 clears; 10 itself never raises."""
    assert met(above(10, hysteresis=0.5), [10, 10.1, 9.9, 9.51, 9.5, 9.9, 10.1]) == ".xxx..x"


def test_below_is_the_mirror() -> None:
    """A battery below 3.3 V with 0.1 V hysteresis clears at 3.4 V."""
    leaf = Condition("n01:battery.voltage", "below", 3.3, hysteresis=0.1)

    assert met(leaf, [3.3, 3.2, 3.35, 3.4, 3.35]) == ".xx.."


def test_a_value_that_is_back_to_the_centimetre_clears() -> None:
    """Each limit of a pond from 330 to 342 m with eight dead bands, in whole centimetres: back by it clears, less not.

    As binary fractions, 330.02 - 0.05 lies below 329.97, so that one in ten stayed.
    """
    held = [
        (limit_cm, band_cm)
        for limit_cm in range(33_000, 34_200, 7)
        for band_cm in (1, 2, 5, 10, 15, 20, 30, 50)
        for test, side in (("above", 1), ("below", -1))
        if met(
            Condition("n01:pond.level", test, limit_cm / 100, hysteresis=band_cm / 100),  # type: ignore[arg-type]
            [(limit_cm + side * by) / 100 for by in (1, 1 - band_cm, -band_cm)],
        )
        != "xx."
    ]
    assert held == []


@pytest.mark.parametrize("band", [0.0, 1e-11])
@pytest.mark.parametrize(
    ("test", "limit", "past"), [("above", 330.1234567896, 330.1234567898), ("below", 330.1234567894, 330.1234567892)]
)
def test_no_value_is_past_a_limit_of_many_figures_and_back(test: str, limit: float, past: float, band: float) -> None:
    """To twelve figures these limits are 330.12345679 and 330.123456789, on the far side of the value: it was back."""
    assert met(Condition("n01:pond.level", test, limit, hysteresis=band), [past] * 3) == "xxx"  # type: ignore[arg-type]


def test_so_many_readings_in_a_row() -> None:
    """Three in a row raise; two do not, nor three with one good reading among them."""
    assert met(above(10, for_n=3), [11, 11, 9, 11, 11, 11, 11]) == ".....xx"


def test_so_long() -> None:
    """Two minutes past the limit raise at the third reading of a minute series."""
    assert met(above(10, for_s=120), [11, 11, 11, 9]) == "..x."


def test_a_suspect_value_can_neither_raise_nor_clear() -> None:
    """Suspect and failed spikes raise nothing; a suspect fall clears nothing; they do not break a row of readings."""
    assert met(above(10), [99, 99, 9], [3, 4, 1]) == "..."
    assert met(above(10), [11, 0, 0, 9], [1, 3, 4, 1]) == "xxx."
    assert met(above(10, for_n=2), [11, 0, 11], [1, 3, 1]) == "..x"


def test_a_missing_value_cannot_clear() -> None:
    """A failed reading leaves the test as it was."""
    assert met(above(10), [11, np.nan, np.nan, 9]) == "xxx."


def test_not_evaluated_counts() -> None:
    """A datastream without filters (2) can raise: else it could never alarm."""
    assert met(above(10), [11], [2]) == "x"


def test_silence_ends_a_row_of_readings() -> None:
    """Two readings past the limit that lie ten minutes apart are not two in a row."""
    assert met(above(10, for_n=2), [11, 11, 11], minutes=[0, 10, 11]) == "..x"


def test_rate_over_a_time() -> None:
    """0.1 m in ten minutes is 0.6 m/h: past 0.5 m/h once ten minutes are known, slower again afterwards."""
    leaf = above(0.5, rate_over_s=600)
    rise = [338 + 0.01 * minute for minute in range(15)] + [338.14] * 10

    assert met(leaf, rise) == "." * 10 + "x" * 6 + "." * 9


@pytest.mark.parametrize("gap", [11, 14, 120])
def test_the_change_across_a_gap_counts(gap: int) -> None:
    """A metre in 11, 14 or 120 minutes of silence is past 0.4 m/h; in 160 it is not, and says nothing of the rate."""
    assert met(above(0.4, rate_over_s=600), [338.0, 339.0], minutes=[0, gap]) == ".x"
    assert met(above(0.4, rate_over_s=600), [338.0, 339.0], minutes=[0, 160]) == ".."


def test_a_mean_across_a_gap_clears_nothing() -> None:
    """After 15 silent minutes the mean of the gap is below the limit: the test stays met until the rate is known."""
    rise = [338 + 0.02 * minute for minute in range(12)] + [338.3] * 12
    minutes = [*range(12), *range(27, 39)]

    assert met(above(0.5, rate_over_s=600), rise, minutes=minutes) == "." * 10 + "x" * 2 + "x" * 10 + ".."


def test_a_rate_fed_row_by_row_is_that_of_the_whole() -> None:
    """The memory keeps just enough of the past for the next rate."""
    leaf = above(0.5, rate_over_s=600, for_n=2)
    rise = Series.of(np.arange(30) * 60_000, [338 + 0.012 * minute for minute in range(30)], np.full(30, 1))
    whole, _ = follow(leaf, Bounded.of(rise), LeafMemory(), STALE_MS)

    memory, states = LeafMemory(), []
    for row in range(30):
        steps, memory = follow(leaf, Bounded.of(rise.rows(slice(row, row + 1))), memory, STALE_MS)
        states.append(bool(steps.met_at(rise.time_ms[row : row + 1])[0]))

    assert states == whole.met_at(rise.time_ms).tolist() == [False] * 11 + [True] * 19
    assert memory.recent is not None
    assert len(memory.recent) <= 11


@pytest.mark.parametrize(("minutes", "rise_cm", "limit_per_h"), [(60, 10, 0.1), (10, 5, 0.3), (30, 7, 0.14)])
def test_a_rate_at_its_limit_is_not_above_it(minutes: int, rise_cm: int, limit_per_h: float) -> None:
    """A rise of so many whole centimetres is just the limit from any level between 330 and 342 m; one more is past it.

    As binary fractions, 330.2 - 330.1 is more than 0.1, so that about half of them raised.
    """
    leaf = above(limit_per_h, rate_over_s=minutes * 60.0)
    wrong = [
        level_cm
        for level_cm in range(33_000, 34_200, 13)
        for more, said in ((0, ".."), (1, ".x"))
        if met(leaf, [level_cm / 100, (level_cm + rise_cm + more) / 100], minutes=[0, minutes]) != said
    ]
    assert wrong == []
