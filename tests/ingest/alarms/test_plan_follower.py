"""Plans followed over what is stored: live, in one batch, late, shuffled, revised; the same levels each time."""

import random

import hypothesis
import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from ingest.alarms import Levels
from ingest.store import Store, forget
from ingest.values import Connection
from tailings import Series, parse, tarp
from tests.ingest.alarms.dam import EN, POND, ROLE, START_S, TEXT, Dam, minute
from tests.servers import TestDatabase
from tests.tailings.tarp.plans import guarded, overtopping
from texts import record


@pytest.fixture
def dam(connection: Connection, store: Store) -> Dam:
    """A dam with the plan against overtopping."""
    return Dam(connection, store)


def pure(rows: list[tuple[float, float]]) -> list[tuple[float, int, int]]:
    """What the pure function says of the whole series."""
    ordered = sorted(rows)
    series = Series.of(
        [round((START_S + 60 * at) * 1000) for at, _ in ordered], [value for _, value in ordered], [1] * len(ordered)
    )
    line = tarp.timeline(overtopping(), {POND: series}, guarded())
    return [((one.time_ms / 1000 - START_S) / 60, one.before, one.after) for one in tarp.events(line)]


def test_a_saw_tooth_at_the_limit_is_one_event(dam: Dam) -> None:
    """A thousand crossings of 338 m by 5 cm, stored in pieces: one step, one event, one line of history."""
    for first in range(0, 1080, 120):  # a piece ends where a checkpoint stands, at 18:00, 00:00 ...
        dam.put([(at, 338.05 if at % 2 else 337.95) for at in range(first, first + 120)])
        dam.follow(first + 120)

    assert dam.steps() == [(1, 0, 1)]
    assert dam.rows("SELECT count(*) FROM alarm_event WHERE type = 'level'") == [(1,)]
    assert dam.history() == [("raised", 1)]


def test_live_batch_and_shuffled_give_the_same_steps(connection: Connection, store: Store) -> None:
    """Days of a wandering pond, shuffled and stored in pieces: the steps are those of the pure function."""
    draw = random.Random(7)
    level, rows = 337.5, []
    for at in range(0, 4 * 1440, 5):
        level = min(max(level + draw.uniform(-0.3, 0.3), 336.5), 341.0)
        rows.append((float(at), round(level, 3)))
    dam = Dam(connection, store)
    shuffled = rows.copy()
    draw.shuffle(shuffled)
    for first in range(0, len(shuffled), 300):
        dam.put(shuffled[first : first + 300])
        dam.follow(4 * 1440)

    assert dam.steps() == pure(rows)
    assert len(dam.steps()) > 5


@hypothesis.settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.permutations(range(8)), st.booleans())
def test_any_order_of_arrival_ends_in_the_same_levels(dam: Dam, order: list[int], is_followed_between: bool) -> None:
    """Eight hours of one story that arrive in any order, followed in between or not."""
    heights = [337.0, 338.2, 337.9, 337.5, 339.2, 340.7, 338.1, 337.0]
    base = (
        10_000 * (1 + dam.rows("SELECT count(*) FROM tarp_state")[0][0])
        + len(dam.rows("SELECT id FROM commit_log")) * 1000
    )
    rows = [[(base + 60 * hour + at, heights[hour]) for at in range(0, 60, 6)] for hour in range(8)]
    before = [step for step in dam.steps() if step[0] < base]
    for hour in order:
        dam.put(rows[hour])
        if is_followed_between:
            dam.follow(base + 500)
    dam.follow(base + 500)

    assert dam.steps() == [*before, *pure([row for part in rows for row in part])]


def test_a_late_value_corrects_the_past_in_the_open(dam: Dam) -> None:
    """A fall that arrives late is told as a correction; a rise that was earlier moves the beginning."""
    dam.put([(10, 338.5), (20, 338.6)])
    dam.follow(21)
    dam.put([(5, 338.4), (12, 337.5)])
    dam.follow(30)

    assert dam.steps() == [(5, 0, 1), (12, 1, 0), (20, 0, 1)]
    assert dam.event("began_at, level, signal, corrections > 0") == (minute(5), 1, 1, True)
    assert [kind for kind, _ in dam.history()].count("corrected") >= 2
    assert dam.rows("SELECT count(*) FROM tarp_level_change WHERE withdrawn_at IS NOT NULL") == [(1,)]


def test_a_rise_before_an_alarm_that_is_over_leaves_no_level_behind(connection: Connection, store: Store) -> None:
    """A clock an hour behind dates a higher rise before an alarm that is back; what the values say now stands."""
    dam = Dam(connection, store, TEXT.replace(f'lowered_by = "{ROLE}"\n', ""))
    dam.put([(0, 337.0), (60, 338.5), (70, 337.0)])
    dam.follow(71)
    dam.put([(10, 338.5), (11, 337.0)])
    dam.follow(72)

    assert dam.steps() == [(10, 0, 1), (11, 1, 0), (60, 0, 1), (70, 1, 0)]
    assert dam.event("level, signal, returned_at IS NOT NULL") == (0, 0, True)


def test_a_plan_behind_the_forgotten_commits_looks_at_everything(dam: Dam, vale: TestDatabase) -> None:
    """What came while a plan was not followed counts too when its commits are no longer in the log."""
    dam.put([(10, 337.0), (20, 337.0), (1000, 337.0)])
    dam.follow(1001)
    dam.put([(15, 338.5)])
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute("ALTER TABLE commit_log ALTER id RESTART WITH 2000000")
    dam.put([(1030, 337.0)])
    assert forget(dam.connection) > 0
    dam.follow(1031)

    assert dam.steps() == pure([(10, 337.0), (15, 338.5), (20, 337.0), (1030, 337.0)]) != []


def test_a_spike_that_raised_is_taken_back(dam: Dam) -> None:
    """341 m for one reading is an alarm until the next one shows that it was a spike: then its rise is withdrawn, the
    event says so and is back, and it still waits for a person. A verdict that changes no level says nothing."""
    dam.put([(1, 337.0), (2, 337.0), (3, 341.0)])
    dam.follow(3)
    assert (dam.event(), dam.steps()) == ((1, 1, 1), [(3, 0, 1)])

    dam.put([(4, 337.0)])
    dam.judge([(3, 341.0)])
    dam.judge([(1, 337.0)], quality=3)
    dam.follow(5)

    assert dam.steps() == []
    assert dam.event("signal, returned_at IS NOT NULL, acknowledged_at, corrections") == (0, True, None, 1)
    lines = dam.rows("SELECT kind, note, detail FROM alarm_history WHERE kind <> 'returned' ORDER BY id")
    told = [(kind, record.line(note, detail, EN, record.utc)) for kind, note, detail in lines]
    words = (
        "green to yellow at 2025-11-24 16:03Z withdrawn: reading later flagged failed,"
        " vale:n01:pond.level 341 m (spike)"
    )
    assert told == [("raised", ""), ("corrected", words)]


def test_a_suspect_value_raises_nothing_and_silence_clears_nothing(dam: Dam) -> None:
    """Suspect 341 m is no alarm; an alarm stays through silence, and its plan says what is stale."""
    dam.put([(1, 341.0)], quality=3)
    dam.follow(2)
    assert dam.rows("SELECT count(*) FROM alarm_event WHERE type = 'level'") == [(0,)]

    dam.put([(3, 338.5)])
    dam.follow(4)
    dam.follow(600)

    assert dam.event() == (1, 1, 1)
    lost = dam.rows("SELECT standing #>> '{sight,lost}' FROM tarp_state")[0][0]
    assert POND in lost and "silent" in lost


def test_history_is_kept_and_calls_nobody(dam: Dam) -> None:
    """What was over more than a day before it became known is an event that is closed; what lasts is open."""
    dam.put([(0, 338.5), (60, 337.0), (3000, 338.5)])
    dam.follow(60 * 24 * 5)

    rows = dam.rows("SELECT is_past, closed_at IS NOT NULL, signal FROM alarm_event WHERE type = 'level' ORDER BY id")
    assert rows == [(True, True, 0), (True, False, 1)]


def test_a_changed_plan_begins_where_it_was_applied(dam: Dam) -> None:
    """With other limits the past keeps the levels it had; the new ones hold from the newest row on."""
    dam.put([(0, 337.0), (10, 338.5), (20, 337.0), (30, 337.8)])
    dam.follow(31)
    dam.apply(TEXT.replace("version = 2\n", "version = 3\n", 1).replace("value = 338.0", "value = 337.5"))
    dam.follow(32)
    dam.put([(40, 337.9)])
    dam.follow(41)

    assert dam.steps() == [(10, 0, 1), (20, 1, 0), (pytest.approx(30, abs=0.001), 0, 1)]


def test_what_lies_far_back_is_followed_every_quarter_of_a_minute(dam: Dam) -> None:
    """A file of history that arrives beside live values is not followed anew with every commit, and not forgotten."""
    dam.levels = Levels(lambda: dam.now)
    dam.put([(6000, 337.0)])
    dam.follow(6001)
    for at in (100, 90, 80):
        dam.put([(at, 338.5), (at + 1, 337.0)])
        dam.follow(6001)
    early = dam.steps()
    dam.follow(6001.5)

    assert early == [(100, 0, 1), (101, 1, 0)]
    assert [step[0] for step in dam.steps()] == [80, 81, 90, 91, 100, 101]


@pytest.mark.case("4", "a stored level that no reading can reach does not stop the plan from being followed")
def test_a_stored_plan_that_no_reading_can_fulfil_is_followed(dam: Dam) -> None:
    """Red lies behind a filter, in a file that an earlier release took in: yellow is raised as ever."""
    text = TEXT.replace("value = 340.5", "value = 341.5")
    dam.connection.execute("UPDATE facility SET file = %s, hash = %s", (text, parse(text).version_hash))
    dam.put([(1, 337.0), (2, 338.5)])
    dam.follow(2)

    assert (dam.event(), dam.steps()) == ((1, 1, 1), [(2, 0, 1)])
