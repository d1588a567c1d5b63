"""The property of clocks at the centre: whatever a batch says, a real reading behind it raises, and is the newest."""

import random
import time

import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import POND, START_S, Dam

GREEN_M, YELLOW_M = 337.0, 338.5
STATES = "SELECT reason, count(*) FROM quarantine GROUP BY reason"
NEWEST = """
SELECT extract(epoch FROM l.phenomenon_time)::float8, l.result FROM latest l JOIN datastream d ON d.id = l.datastream_id
WHERE d.name = 'vale:n01:pond.level'"""


def at(time_s: float) -> float:
    """Minutes of the dam's own count."""
    return (time_s - START_S) / 60


def tell(dam: Dam, leads_s: list[int]) -> None:
    """Green readings by clocks so far ahead, each in a batch of its own, and then a real one past yellow."""
    now_s = round(time.time())
    for number, lead_s in enumerate(leads_s):
        dam.put([(at(now_s - 60 * (len(leads_s) - number) + lead_s), GREEN_M)])
    dam.put([(at(now_s - 1), YELLOW_M)])
    dam.follow(at(now_s + 1))


@pytest.mark.case("13", "a reading dated ahead is never the newest at the centre, and what is real behind it raises")
@pytest.mark.parametrize("seed", range(4))
def test_no_clock_hides_a_real_reading_from_the_centre(store: Store, connection: Connection, seed: int) -> None:
    """Minutes, days or years ahead or behind: all that is too far ahead waits in quarantine, and yellow stands."""
    chance, dam = random.Random(seed), Dam(connection, store)
    ahead = [chance.choice((1000, 7200, 90_000, 10**7, 3 * 10**8)) + chance.randint(0, 500) for _ in range(4)]
    behind = [-chance.choice((60, 7200, 90_000, 10**7)) - chance.randint(0, 50) for _ in range(4)]
    leads_s = [*ahead, *behind]
    chance.shuffle(leads_s)
    tell(dam, leads_s)

    assert dam.rows(STATES) == [("clock-ahead", 4)]
    ((newest_s, value),) = dam.rows(NEWEST)
    assert value == YELLOW_M and newest_s <= time.time()
    assert dam.event("level, signal, highest") == (1, 1, 1)


def test_what_an_older_version_stored_ahead_hides_it(store: Store, connection: Connection) -> None:
    """The control: a green reading two hours ahead among the stored ones, and the signal is green at once."""
    dam = Dam(connection, store)
    row = connection.execute("SELECT id FROM datastream WHERE name = %s", (f"vale:{POND}",)).fetchone()
    assert row is not None
    tell(dam, [])
    before = dam.event("signal")
    connection.execute(
        "INSERT INTO observation VALUES (%s, now() + interval '2 hours', %s, 1, NULL, NULL)", (row[0], GREEN_M)
    )
    connection.execute("UPDATE latest SET phenomenon_time = now() + interval '2 hours' WHERE datastream_id = %s", row)
    dam.put([(at(time.time()), YELLOW_M)])
    dam.follow(at(time.time()))

    assert (before, dam.event("signal")) == ((1,), (0,))
