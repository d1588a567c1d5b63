"""Dry density from samples, against a reckoning by hand, and what a study says of it."""

import datetime as dt
import statistics

import msgspec
import pytest

from tailings.study import BadStudy, Sampled, run
from tailings.study.density import of
from tests.tailings.study.example import TODAY, inputs, samples

WITHOUT = msgspec.structs.replace(inputs(), density_t_m3=None)
BULK, WATER = (1.86, 1.92, 1.79, 2.01, 1.95, 1.88), (0.21, 0.18, 0.27, 0.16, 0.20, 0.24)


def weighed(count: int) -> list[Sampled]:
    """The demo's samples, the first of them weighed and dried on days in May."""
    found = samples()
    for row in range(count):
        day = dt.date(2026, 5, 3 + row)
        found[row] = msgspec.structs.replace(found[row], sampled=day, bulk_t_m3=BULK[row], water_share=WATER[row])
    return found


def test_the_density_is_the_mean_of_dry_densities_with_the_deviation_of_the_mean() -> None:
    """Python's statistics on rho / (1 + w): mean, and 1.4759 (Student) deviations over the root of six."""
    dry = [bulk / (1 + water) for bulk, water in zip(BULK, WATER, strict=True)]
    half = 1.4758840 * statistics.stdev(dry) / 6**0.5

    found = of(WITHOUT, weighed(6)).spread

    assert (found.low, found.mid, found.high) == pytest.approx(
        (statistics.mean(dry) - half, statistics.mean(dry), statistics.mean(dry) + half), rel=1e-4
    )


def test_a_study_says_what_its_density_was_reckoned_from() -> None:
    """With the days of the samples; an assumption of the author stands before it where there is one."""
    found = run(WITHOUT, weighed(6), TODAY)

    assert "Dry density: bulk density over one plus water content of 6 samples, taken 2026-05-03 to 2026-05-08." in (
        found.method
    )
    assert found.case.density.mid == of(WITHOUT, weighed(6)).spread.mid
    assert of(inputs(), weighed(6)).says == ""


def test_too_few_weighed_samples_are_refused() -> None:
    """Four are too few; the sentence says what to do."""
    with pytest.raises(BadStudy, match="4 samples have bulk_t_m3 and water_percent; 5 are the least"):
        of(WITHOUT, weighed(4))
