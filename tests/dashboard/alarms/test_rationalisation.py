"""Which rules are worth a better one; limits of chattering and staleness: alarm_limits.toml (secondary source)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from api.access import Caller
from api.alarms import performance
from api.alarms.models import Family, Trial, TrialOutcome
from api.alarms.queries import Answered, Raised
from dashboard.alarms import rationalisation
from dashboard.alarms.board import AlarmBoardView
from texts import load

NOW = datetime(2026, 6, 8, 12, tzinfo=UTC)


def calls(rule: str, times: list[float], family: Family = "dam", subject: str = "") -> list[Raised]:
    """Calls of a rule so many seconds ago."""
    return [
        Raised(n, "vale", family, rule, subject, level=1, noted_at=NOW - timedelta(seconds=ago))
        for n, ago in enumerate(times)
    ]


def shown(raised: list[Raised], tried: Sequence[Trial] = ()) -> list[rationalisation.Hint]:
    """The hints over a board with these calls of thirty days."""
    ordered = sorted(raised, key=lambda one: one.noted_at)
    month = performance.load(ordered, Answered(None, []), NOW - timedelta(days=30), NOW)
    board = AlarmBoardView(NOW, 1, "UTC", (), (), load=month, names={}, caller=Caller("anonymous", "::1"), places=())
    return rationalisation.of_board(board, load(), tried)


def test_a_rule_that_chatters_is_worth_more_readings() -> None:
    """Three calls within a minute: the way to the back-test with three readings in a row; it is named once."""
    (one,) = shown(calls("overtopping", [120, 100, 80]))

    assert (one.title, one.address) == ("overtopping: 3 alarms", "/f/vale/plans/overtopping/backtest?for_n=3")
    assert "Chattering" in one.says


def test_a_rule_that_speaks_often_is_named_and_a_quiet_one_is_not() -> None:
    """Five calls in thirty days, each on its day, are often; four are not. Equipment leads to the nodes."""
    day = 86_400.0
    often = calls("piping", [day * n for n in range(1, 6)])
    quiet = calls("overtopping", [day * n for n in range(1, 5)])
    node = calls("silent-node", [day * n for n in range(1, 7)], "maintenance", "n06")

    assert [(one.title, one.address) for one in shown(often + quiet + node)] == [
        ("silent node n06: 6 alarms", "/nodes"),
        ("piping: 5 alarms", "/f/vale/plans/piping/backtest?for_n=3"),
    ]


def test_what_a_change_would_bring_is_said_with_the_way_to_propose_it() -> None:
    """Counts over the window, how much later the first one comes, what is lost; each leads to a form filled in."""
    outcomes = [
        TrialOutcome(for_n=3, dead_band_times=None, alarms=2, later_s=1200.0, lost=["red"]),
        TrialOutcome(for_n=None, dead_band_times=2.0, alarms=14, later_s=0.0, lost=[]),
    ]
    tried = Trial(facility="vale", plan="overtopping", days=30, state="done", alarms=14, outcomes=outcomes)
    (one,) = shown(calls("overtopping", [120, 100, 80]), [tried])

    assert one.tried == (
        (
            "With 3 readings in a row: 2 alarms in 30 days instead of 14. The first comes 20 min later."
            " Red would no longer be reached.",
            "/f/vale/plans/overtopping/backtest?for_n=3",
        ),
        (
            "With twice the dead band: 14 alarms in 30 days instead of 14. The first comes just as early.",
            "/f/vale/plans/overtopping/backtest?wider=2",
        ),
    )
