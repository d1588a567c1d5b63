"""Tests of the benchmarks of the Union: as the regulation has them, read in its text of 3 May 2024."""

import pytest

from tailings.commodities.benchmarks import benchmarks


@pytest.mark.parametrize(
    ("kind", "share", "ref"),
    [
        ("extraction", 0.10, "Art. 5(1)(a)(i)"),
        ("processing", 0.40, "Art. 5(1)(a)(ii)"),
        ("recycling", 0.25, "Art. 5(1)(a)(iii)"),
    ],
)
def test_a_benchmark_is_that_of_the_regulation(kind: str, share: float, ref: str) -> None:
    """10 % extracted, 40 % processed, 25 % recycled of the annual consumption, by 2030."""
    (found,) = [one for one in benchmarks().benchmark if one.kind == kind]

    assert (found.share, found.ref, benchmarks().year) == (share, ref, 2030)
