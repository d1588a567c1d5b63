"""A back-test drawn over time: its alarms beside those of record, and what it does without values."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.alarms.models import LevelStep, LevelTimeline
from dashboard.alarms import backtest_chart
from dashboard.alarms.backtest_chart import AlarmSpan
from dashboard.chart_events import EventMark
from texts import load

START = datetime(2026, 3, 1, tzinfo=UTC)
TEXTS = load()


def hour(number: int) -> datetime:
    """So many hours after the start."""
    return START + timedelta(hours=number)


def outcome(*steps: tuple[int, int]) -> dict[str, Any]:
    """A back-test of a hundred hours, of a plan whose level changes at these hours."""
    series = {
        "datastream": "n01:pond.level",
        "quantity": "pond-level",
        "unit": "m",
        "low": [337.0, None],
        "high": [338.5, None],
    }
    return {
        "extents": {"start_s": START.timestamp(), "stop_s": hour(100).timestamp(), "series": [series]},
        "present": {
            "steps": [[hour(at).isoformat(), level] for at, level in steps],
            "levels": {"n01:pond.level": [["yellow", 338.0], ["red", 399.0]]},
        },
    }


def test_each_alarm_is_a_row_with_its_worst_level() -> None:
    """Yellow, red and back is one alarm of 3 h; one that stands lasts until the end; the record is beside them."""
    recorded = LevelTimeline(
        facility="vale",
        plan="overtopping",
        **{"from": START},
        steps=[LevelStep(at=START, level=0), LevelStep(at=hour(11), level=1)],
        lines=[],
    )
    found = backtest_chart.chart(outcome((10, 1), (12, 3), (13, 0), (98, 2)), recorded, "UTC", TEXTS)

    assert found is not None and found.alarms == [
        AlarmSpan("Recorded", "yellow", hour(11), "3 d 17 h"),
        AlarmSpan("As it is", "red", hour(10), "3 h 0 min"),
        AlarmSpan("As it is", "orange", hour(98), "2 h 0 min"),
    ]
    assert "Recorded 1, As it is 2" in found.drawing.says


def test_a_level_far_from_all_values_is_not_drawn() -> None:
    """338 m is near values from 337 to 338.5 m; 399 m would flatten them."""
    found = backtest_chart.chart(outcome(), None, "UTC", TEXTS)

    assert found is not None
    said = [text.words for text in found.drawing.texts]
    assert "Yellow 338.00" in said and not any("399" in words for words in said)


def test_an_outcome_without_values_has_no_chart() -> None:
    """A back-test of an earlier release, or of a time without readings."""
    assert backtest_chart.chart({"present": {}}, None, "UTC", TEXTS) is None
    assert backtest_chart.chart({"present": {}, "extents": {"series": []}}, None, "UTC", TEXTS) is None


def test_changes_that_are_not_kept_are_said() -> None:
    """Of a plan that changed too often only the newest changes are drawn, and the chart knows."""
    often = outcome((98, 2))
    often["present"]["steps_left_out"] = 7
    found = [backtest_chart.chart(one, None, "UTC", TEXTS) for one in (often, outcome((98, 2)))]

    assert [one and one.is_cut for one in found] == [True, False]


def test_what_happened_meanwhile_is_marked() -> None:
    """A storm has its bar and its word, inside of the time; one of later has none."""
    storm = EventMark(hour(20), hour(26), "", "Rain 12.0 mm")
    later = EventMark(hour(200), None, "", "New calibration: n01 pond")

    found = backtest_chart.chart(outcome((10, 1)), None, "UTC", TEXTS, [storm, later])

    assert found is not None
    words = [one.words for one in found.drawing.texts]
    assert "Rain 12.0 mm" in words and "New calibration: n01 pond" not in words
    assert [one.look for one in found.drawing.paths if one.look in ("event", "span")] == ["span", "event"]
