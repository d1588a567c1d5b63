"""The hours of a year for which plans saw nothing."""

from tailings.policy.indicators import blind_hours
from tests.tailings.policy.rows import row


def test_plans_weigh_alike_whatever_facility_has_them() -> None:
    """30 h of three plans and 10 h of one: 10 h a plan; 8 h that were not proved widen it upwards by 2 h."""
    found = blind_hours.measure(
        [row("1", plans=3, blind_h=30, not_proved_h=0.0), row("2", plans=1, blind_h=10, not_proved_h=8.0), row("3")]
    )

    assert (found.value, found.low, found.high) == (10, 10, 12)
    assert (found.known, found.of) == (2, 3)


def test_without_a_plan_there_is_no_value() -> None:
    """Nobody looked: that is not zero hours blind."""
    assert blind_hours.measure([row("1"), row("2", plans=0)]).value is None
