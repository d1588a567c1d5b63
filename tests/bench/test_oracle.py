"""The comparison with ioos_qc: every flag the same, on what the figure of docs/bench is made of."""

from bench import oracle
from tests import pond


def test_no_flag_differs_on_simulated_values() -> None:
    """All tests and methods, on the first part of the series of the figure."""
    told = list(oracle.lines("simulated", oracle.simulated(20_000), is_even=True, rounds=1))

    assert [line for line, differing in told if differing] == []
    assert len(told) == 1 + 9 + 1


def test_no_flag_differs_on_the_pond() -> None:
    """26,478 real levels, as tests/data/pond-2020/README.md counts them."""
    series = oracle.pond()

    assert len(series) == pond.ROWS
    assert [line for line, differing in oracle.lines("pond", series, is_even=False, rounds=1) if differing] == []
