"""The load of alarms, counted by hand on small stories."""

from datetime import UTC, datetime, timedelta

from api.alarms.performance import load
from api.alarms.queries import Answered, Raised

START = datetime(2026, 5, 1, tzinfo=UTC)
END = START + timedelta(days=10)


def raised(second: float, rule: str = "pond", level: int = 1) -> Raised:
    """A call so many seconds after the start."""
    return Raised(1, "vale", "dam", rule, "", level=level, noted_at=START + timedelta(seconds=second))


def test_a_flood_and_a_quiet_rest() -> None:
    """Eleven calls in one period of ten minutes are a flood: 1 of 1440 periods in ten days, 0.069 %."""
    found = load([raised(60 + 45 * number, f"r{number}") for number in range(11)], Answered(360.0, []), START, END)
    values = {one.name: one.value for one in found.measures}

    assert values["Most alarms in 10 min"] == 11
    assert values["Time in flood (more than 10 alarms in 10 min)"] == 0.069
    assert (values["Alarms a day, mean"], values["Alarms an hour, mean"]) == (1.1, 0.046)
    assert found.chattering == []


def test_what_is_over_its_limit_says_so() -> None:
    """31 calls in one hour of ten days, then six red ones: 1 of 240 hours, 6 of 37 calls; limits 1 and 5 %."""
    busy = [raised(100 * number, f"r{number}") for number in range(31)]
    red = [raised(90_000 + 700 * number, "red", 3) for number in range(6)]
    found = {one.name: one for one in load(busy + red, Answered(None, []), START, END).measures}

    hours, share = found["Hours with more than 30 alarms"], next(one for name, one in found.items() if "red" in name)
    assert (hours.value, hours.is_over) == (0.417, False)
    assert (share.value, share.is_over, share.limit) == (16.216, True, "5 %")


def test_chattering_is_three_within_a_minute() -> None:
    """At 0, 30 and 60 s a rule chatters; at 0, 30 and 61 s it does not."""
    calls = [raised(0), raised(0, "tilt"), raised(30), raised(30, "tilt"), raised(60), raised(61, "tilt")]
    found = load(calls, Answered(None, [7]), START, END)

    assert [one.rule for one in found.chattering] == ["pond"]
    assert found.stale == [7]


def test_days_and_worst() -> None:
    """Each day by level, days without a call too; the most frequent first with its share."""
    found = load([raised(0), raised(1, level=3), raised(86_400, "tilt", 2)], Answered(None, []), START, END)

    assert [(day.day, day.yellow, day.orange, day.red) for day in found.days][:3] == [
        ("2026-05-01", 1, 0, 1),
        ("2026-05-02", 0, 1, 0),
        ("2026-05-03", 0, 0, 0),
    ]
    assert [(one.rule, one.alarms, round(one.share, 2)) for one in found.worst] == [
        ("pond", 2, 0.67),
        ("tilt", 1, 0.33),
    ]


def test_nothing_at_all() -> None:
    """A quiet site has figures of zero, not of nothing."""
    found = load([], Answered(None, []), START, END)

    assert {one.value for one in found.measures} == {0}
