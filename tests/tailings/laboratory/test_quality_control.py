"""Tests of quality control, reckoned by hand."""

from tailings.laboratory.quality_control import control

SAMPLES = [
    ("S1", "primary", ""), ("S2", "primary", ""), ("D1", "duplicate", "S1"), ("D2", "duplicate", "S2"),
    ("B1", "blank", ""), ("B2", "blank", ""), ("M1", "standard", "CRM"), ("M2", "standard", "CRM"),
]  # fmt: skip
RESULTS = {
    "S1": {"W": 110.0}, "S2": {"W": 100.0}, "D1": {"W": 90.0}, "D2": {"W": 100.0}, "B1": {"W": 5.0}, "B2": {"W": 26.0},
    "M1": {"W": 99.0}, "M2": {"W": 101.0},
}  # fmt: skip


def test_blanks_duplicates_and_standards() -> None:
    """Half differences 20/200 and 0: 5 %; 26 is above five limits of 5; standards spread 1.41 of 100."""
    found = control("W", SAMPLES, RESULTS, 5.0)

    assert (found.primary, found.blanks, found.bad_blanks, found.duplicates) == (2, 2, 1, 2)
    assert found.half_difference == 0.05
    assert found.standard_spread is not None
    assert round(found.standard_spread, 4) == 0.0141


def test_what_was_not_sent_gives_no_figure() -> None:
    """No blank and no limit: nothing is claimed, and it is not enough."""
    found = control("Cu", SAMPLES, RESULTS, None)

    assert (found.primary, found.bad_blanks, found.half_difference, found.standard_spread) == (0, None, None, None)
    assert not found.is_enough
