"""The seven states; rules from the design of the pages, section 2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import states

SINGLE = st.sampled_from(states.STATES)


@pytest.mark.parametrize(
    ("age_s", "interval_s", "state"),
    [(None, 60, "unknown"), (0, 60, "fresh"), (180, 60, "fresh"), (181, 60, "stale"), (9e9, None, "fresh")],
)
def test_stale_is_older_than_three_expected_intervals(
    age_s: float | None, interval_s: float | None, state: str
) -> None:
    """At 60 s a reading is stale after 180 s; never measured is unknown; no age makes it green."""
    assert states.of_datastream(age_s, interval_s) == state


def test_stale_never_hides_yellow() -> None:
    """A sensor that went silent above its trigger stays yellow, and so does its facility."""
    assert states.of_datastream(9999, 60, level="yellow") == "yellow"
    assert states.of_parts(["stale", "yellow", "green"]).state == "yellow"


def test_maintenance_is_said_before_anything_else() -> None:
    """A datastream in maintenance is neither stale nor raised."""
    assert states.of_datastream(None, 60, level="red", has_maintenance=True) == "maintenance"


@given(st.lists(SINGLE))
def test_the_worst_raised_part_wins(parts: list[str]) -> None:
    """Red before orange before yellow, whatever else is there; without parts the state is unknown."""
    raised = [state for state in ("red", "orange", "yellow") if state in parts]
    expected = raised[0] if raised else None

    summary = states.of_parts(parts)

    assert expected in (None, summary.state)
    assert raised or parts.count("green") == 0 or summary.state == "green"
    assert raised or "green" in parts or "fresh" not in parts or summary.state == "fresh"
    assert parts or summary.state == "unknown"


def test_fresh_leaves_out_stale_maintenance_and_unknown() -> None:
    """45 of 47 fresh is what the page says of 1 stale and 1 in maintenance."""
    summary = states.of_parts(["fresh"] * 40 + ["green"] * 4 + ["yellow", "stale", "maintenance"])

    assert (summary.fresh, summary.total) == (45, 47)


def test_worst_comes_first_in_a_list() -> None:
    """Red, orange, then blind, which may hide worse than yellow; what nobody monitors or measures last."""
    ordered = sorted(states.STATES, key=states.severity)

    assert ordered[:4] == ["red", "orange", "blind", "yellow"]
    assert ordered[-4:] == ["green", "fresh", "not-monitored", "registered"]
