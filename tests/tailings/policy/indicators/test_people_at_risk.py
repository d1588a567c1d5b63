"""People at risk, where registers state them."""

from tailings.policy.indicators import people_at_risk
from tests.tailings.policy.rows import row


def test_what_is_not_stated_has_no_upper_bound() -> None:
    """120 and 30 of three rows: 150 at least, and nobody says how many at most; with the third one all is known."""
    two = [row("1", people_at_risk=120), row("2", people_at_risk=30)]
    part, whole = people_at_risk.measure([*two, row("3")]), people_at_risk.measure([*two, row("3", people_at_risk=0)])

    assert (part.value, part.high) == (150, None)
    assert (whole.value, whole.high) == (150, 150)
