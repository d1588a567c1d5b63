"""The values that letters tell of an alarm, held to what the readings say by a reckoning beside the program."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from ingest.alarms import operator_actions
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase
from tests.tailings.facilities import VALE
from tests.tailings.floods import rain_sum
from tests.tailings.plan_texts import OF_SUMMER, TWO_DATASTREAMS, of_rates, plan

RAIN, SUM = "n01:rain.rain", "n01:rain.sum24"
FINE = """
[tarp.seepage]
failure_mode = "internal erosion"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.seepage.levels]]
level = "yellow"
when = { any = [
  { datastream = "n01:pond.level", test = "above", value = 338.255 },
  { datastream = "n01:pond.level", test = "above", value = 0.004, rate_over_s = 90 },
] }
"""
WELLS = ("n02:vw1", "n03:vw1", "n04:vw1", "n05:vw1", "n06:vw1", "n08:vw1")
Open = Callable[[str], Desk]


@pytest.fixture
def opens(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Open]:
    """A desk of a facility file, with one recipient."""
    with ExitStack() as stack:

        def at(text: str) -> Desk:
            desk = stack.enter_context(opened(connection, store, vale, text))
            desk.add("shift")
            return desk

        yield at


def test_a_letter_tells_the_rain_of_the_gauge_and_not_the_sum_of_its_sums(opens: Open) -> None:
    """Twelve readings of 2 mm are 24 mm; their running sums, 2 to 24 mm, are 156 mm and are no rain."""
    desk = opens(TEXT + rain_sum(SUM, 86_400))
    fallen = [(float(at), 2.0) for at in range(-60, 0, 5)]
    desk.dam.put(fallen, name=RAIN)
    desk.dam.put([(at, 2.0 * number) for number, (at, _) in enumerate(fallen, 1)], name=SUM)
    desk.raise_pond(1)
    desk.run_until(minute(2))

    (letter,) = [body for _, body in desk.sink.mails]
    assert "Rain 24.0 mm in the 24 h before it began (n01:rain.rain)" in letter


def test_the_subject_names_no_value_that_was_rejected(opens: Open) -> None:
    """The pond is past yellow by 0.5 m; a rejected piezometer that says 900 m stands behind it, and in no subject."""
    desk = opens(VALE.read_text() + TWO_DATASTREAMS)
    desk.dam.put([(0, 900.0)], quality=4, name="n07:vw1.level", tests="gross_range")
    desk.raise_pond(1)
    desk.run_until(minute(2))

    assert desk.subjects() == ["YELLOW, Vale do Sino: overtopping, pond level 338.50 m"]


def test_the_subject_of_a_level_names_what_raised_it_before_what_is_doubted(opens: Open) -> None:
    """The pond is yellow, and a doubted piezometer above red is told by an alarm of its own: two values, two mails."""
    desk = opens(VALE.read_text() + TWO_DATASTREAMS)
    desk.dam.put([(0.5, 900.0)], quality=3, name="n07:vw1.level", tests="gross_range")
    desk.raise_pond(1)
    desk.run_until(minute(2))

    assert sorted(desk.subjects()) == [
        "SUSPECT past RED, Vale do Sino: overtopping, water level 900.00 m",
        "YELLOW, Vale do Sino: overtopping, pond level 338.50 m",
    ]


def test_a_limit_is_told_with_all_digits_that_it_is_stated_with(opens: Open) -> None:
    """A limit of 338.255 m is not 338.25 m, 0.004 m/h is not 0.00 m/h, and 90 s are not 1 min."""
    desk = opens(VALE.read_text() + FINE)
    desk.raise_pond(1)
    desk.run_until(minute(2))

    (letter,) = [body for _, body in desk.sink.mails]
    assert "(n01:pond.level: yellow above 338.255, yellow above 0.004 m/h over 1 min 30 s)" in letter


def test_a_letter_has_the_reading_whose_rate_raised_the_level(opens: Open) -> None:
    """Of six piezometers the last rises by 1 m in an hour, twice its limit; five stand still, and the letter has it."""
    desk = opens(VALE.read_text() + of_rates(*WELLS))
    for well in WELLS:
        desk.dam.put([(-60, 331.0), (0, 332.0 if well == WELLS[-1] else 331.0)], name=f"{well}.level")
    desk.dam.follow(0)
    desk.run_until(minute(1))

    (letter,) = [body for subject, body in desk.sink.mails if "YELLOW" in subject]
    assert "Water level 332.00 m at 16:00 WET (n08:vw1.level" in letter


def test_the_subject_names_no_value_that_is_past_a_limit_of_another_season(opens: Open) -> None:
    """In November the pond is above its yellow of June to August, which holds not; the piezometer raised the level."""
    desk = opens(VALE.read_text() + OF_SUMMER)
    desk.dam.put([(0, 332.0)], name="n08:vw1.level")
    desk.raise_pond(1)
    desk.run_until(minute(2))

    assert desk.subjects() == ["YELLOW, Vale do Sino: overtopping, water level 332.00 m"]
    (letter,) = [body for _, body in desk.sink.mails]
    assert "yellow above 336" not in letter


def test_a_digest_counts_all_that_is_open(opens: Open) -> None:
    """Of 60 faults two are acknowledged: 60 open and 58 that wait, though the letter lists the first 50."""
    desk = opens(TEXT)
    desk.add("office", family="maintenance", has_digest=True)
    desk.dam.connection.execute(
        "INSERT INTO alarm_event (facility_id, family, rule, subject, title, is_simulated, level, signal, highest,"
        " began_at, noted_at, is_past, acknowledged_at) SELECT 'vale', 'maintenance', 'stale', 'n' || n, 'stale',"
        " false, 1, 1, 1, %(at)s, %(at)s, false, CASE WHEN n <= 2 THEN %(at)s END FROM generate_series(1, 60) n",
        {"at": minute(0)},
    )
    desk.run_until(minute(1))

    assert desk.subjects() == ["Daily, Vale do Sino: 60 open, 58 not acknowledged"]


@pytest.mark.parametrize(("kind", "says"), [("shelved", "shelved"), ("out-of-service", "out of service")])
def test_a_digest_says_of_what_is_held_that_it_is_and_asks_nobody_for_it(opens: Open, kind: str, says: str) -> None:
    """The pond's yellow is held until 20:00 of that day: open, and waiting for no acknowledgement."""
    desk = opens(TEXT)
    desk.add("office", has_digest=True)
    desk.raise_pond(1)
    (event,) = desk.dam.event("id")
    until = minute(240)
    operator_actions.hold(desk.dam.connection, "vale", event, kind, "user:1", reason="dig", now=minute(2), until=until)
    desk.run_until(minute(3))

    ((subject, letter),) = [one for one in desk.sink.mails if one[0].startswith("Daily")]
    assert subject == "Daily, Vale do Sino: 1 open"
    assert f"- YELLOW: overtopping, since 16:01 WET (1 min), {says} until 20:00 WET" in letter


def test_a_level_that_falls_by_itself_calls_nobody_again(opens: Open) -> None:
    """The manager is called of red after 15 minutes; that it falls to yellow afterwards is no further call."""
    desk = opens(VALE.read_text() + plan("flood", "n01:pond.level", "above", yellow=338.0, red=340.0))
    desk.add("manager", after_min=15)
    desk.raise_pond(1, 340.9)
    desk.run_until(minute(17))
    desk.raise_pond(18, 338.5)
    desk.run_until(minute(40), timedelta(minutes=5))

    assert [one for one in desk.subjects() if "Not acknowledged" in one] == [
        "Not acknowledged: RED, Vale do Sino: flood, pond level 340.90 m"
    ]
