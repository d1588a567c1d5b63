"""The verdict of the alarms: what stands, how it goes on, and what hides behind a list without an alarm."""

from dataclasses import replace
from datetime import timedelta

from dashboard.alarms import headline, page
from dashboard.alarms.board import Unseen
from dashboard.alarms.movement import Movement
from tailings.assess.limits import Limit, Limits
from tailings.trend import Rate
from tests.dashboard.alarms.test_on_call import recipient
from tests.dashboard.examples import mode
from texts import load

from .boards import NOW, alarm, board, plan

EN = load()
FALLING = Movement(
    Limits("n01:pond.level", True, (Limit("orange", 641.20, "overtopping"), Limit("red", 641.70, "overtopping"))),
    Rate(-0.24, 0.02, 641.38, 86_400.0, 24, independent=24.0),
)


def test_the_sentence_of_the_mock_up() -> None:
    """The pond stands 0.18 m above orange and falls 1 cm an hour (24 cm a day); the second has a line of its own."""
    worst, other = alarm(), alarm(id=8, facility_name="Vale Sereno", level=1, signal=1, value_now=None)
    found = headline.of_board(board(worst, other, movements={7: FALLING, 8: FALLING}), EN)

    assert (found.state, found.title) == ("orange", "2 alarms, all acknowledged")
    assert found.says == (
        "Ribeira Fria is orange: overtopping, n01 pond level 0.18 m above orange."
        " 1-day trend falling 24 cm a day; no reading an hour ago.\nVale Sereno is yellow: overtopping."
    )


def test_nothing_stands_is_green_only_when_all_could_be_seen() -> None:
    """A blind failure mode, or a facility that nobody judges, is no green; reduced sight is said beside green."""
    blind = Unseen("Ribeira Fria", mode("o", "overtopping", sight="blind"))
    reduced = Unseen("Rosa", mode("p", "piping", sight="reduced"))
    cases = ((), (blind, reduced), (reduced,), (Unseen("Rosa", None),))
    green, dark, less, gone = (headline.of_board(board(unseen=unseen), EN) for unseen in cases)

    assert (green.state, green.title) == ("green", "No dam alarm")
    assert (dark.state, dark.title) == ("blind", "No alarm, but some failures would go undetected")
    assert dark.says == "Blind: overtopping, Ribeira Fria. 1 plan lacks instruments: piping, Rosa."
    assert (less.state, gone.state) == ("green", "blind")
    assert "1 plan lacks instruments: piping, Rosa." in less.says


def test_no_plan_is_no_green() -> None:
    """Where no facility has a plan in force nothing can alarm; where one of two has none, that is said beside green."""
    nowhere = headline.of_board(board(not_monitored=("Ribeira Fria",)), EN)
    two = replace(board(not_monitored=("Rosa",)), places=(("fria", "Ribeira Fria"), ("rosa", "Rosa")))
    one = headline.of_board(two, EN)

    assert (nowhere.state, nowhere.title) == ("not-monitored", "No plan is in force")
    assert (one.state, "Rosa has no plan in force." in one.says) == ("green", True)
    assert headline.of_board_facts(board(not_monitored=("Ribeira Fria",)), EN)[0].state == "not-monitored"


def test_a_plan_that_only_simulates_wears_no_tick() -> None:
    """It calls nobody; past a level the level is shown."""
    states = [page.plan_state(plan(approval=one, level=n)) for one, n in (("simulated", 0), ("simulated", 1))]

    assert states == ["not-monitored", "yellow"]
    assert page.plan_state(plan()) == "green"


def test_lost_sight_does_not_hide_what_stands() -> None:
    """Orange stays orange, and the note says that another plan is blind."""
    found = headline.of_board(board(alarm(), unseen=(Unseen("Rosa", mode("p", "piping", sight="blind")),)), EN)

    assert found.state == "orange"
    assert "Blind: piping, Rosa." in found.note


def test_what_is_held_is_not_green() -> None:
    """An orange alarm on the shelf leaves the list of what is told, and stands in the verdict with its end."""
    shelved = alarm(state="shelved", hold=3, held_until=NOW + timedelta(hours=2))
    found = headline.of_board(board(held=(shelved,)), EN)

    assert (found.state, found.title) == ("maintenance", "1 dam alarm is held")
    assert found.says == "Held until 16:32: Ribeira Fria, overtopping, orange."
    assert headline.of_board_facts(board(held=(shelved,)), EN)[0].state == "maintenance"


def test_a_deadline_goes_before_all_else() -> None:
    """38 min are left for the pumping rate: that is the title, as in the mock-up; a minute late is said as late."""
    due = alarm(next_action="Report pumping rate", next_who="shift team A", next_due_at=NOW + timedelta(minutes=38))
    late = due.model_copy(update={"next_due_at": NOW - timedelta(minutes=1)})

    titles = [headline.of_board(board(one), EN).title.replace("\N{NO-BREAK SPACE}", " ") for one in (due, late)]
    assert titles == ["1 action is due in 38 min", "1 action is 1 min overdue"]


def test_the_next_call_is_the_soonest_of_all_that_wait() -> None:
    """Of yellow, 40 h old, all were called; red called 10 min ago and the owner is called 30 min after: 14:52.

    A yellow that is back and that the plan keeps at its level until a person lowers it calls on, too.
    """
    owner = recipient("owner", facility="fria", from_level=3, after_min=30)
    manager = recipient("manager", facility="fria", after_min=15)
    waits = {"acknowledged_at": None, "state": "unacknowledged"}
    old = alarm(level=1, signal=1, called_since=NOW - timedelta(hours=40), **waits)
    red = alarm(
        id=8, level=3, signal=3, noted_at=NOW - timedelta(hours=1), called_since=NOW - timedelta(minutes=10), **waits
    )
    back = alarm(
        id=9, level=1, signal=0, called_since=NOW - timedelta(minutes=5), lowered_by="Engineer of Record", **waits
    )

    both, kept = (
        headline.of_board(board(*some, recipients=(owner, manager)), EN).note for some in ((old, red), (old, back))
    )
    assert both.startswith("If nobody acknowledges it, manager is called at 14:37.")
    assert kept.startswith("If nobody acknowledges it, manager is called at 14:42.")
    (alone,) = [headline.of_board(board(old, red, recipients=(owner,)), EN).note]
    assert alone.startswith("If nobody acknowledges it, owner is called at 14:52.")
