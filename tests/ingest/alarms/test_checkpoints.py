"""Checkpoints: the newest at hand, written anew by another process, thinned when they are old."""

from ingest.alarms.checkpoints import DAY_MS, Checkpoint, Checkpoints
from ingest.values import Connection
from tailings import tarp

PLACE = ("vale", "overtopping")
SPAN_MS = DAY_MS // 4


def kept(connection: Connection) -> list[int]:
    """When the checkpoints stand, in quarters of a day."""
    return [row[0] // SPAN_MS for row in connection.execute("SELECT at_ms FROM tarp_checkpoint ORDER BY at_ms")]


def test_another_process_may_write_it_anew(connection: Connection) -> None:
    """What is held at hand counts only while the row is the one that was written."""
    here, there = Checkpoints(), Checkpoints()
    here.keep(connection, PLACE, Checkpoint(SPAN_MS, 1, tarp.PlanMemory()))
    connection.execute("DELETE FROM tarp_checkpoint")
    there.keep(connection, PLACE, Checkpoint(SPAN_MS, 2, tarp.PlanMemory()))

    found = here.newest(connection, PLACE, SPAN_MS)
    assert found is not None and found.level == 2


def test_those_after_the_asked_time_are_forgotten(connection: Connection) -> None:
    """A late value takes away what no longer holds."""
    held = Checkpoints()
    for number in (1, 2, 3):
        held.keep(connection, PLACE, Checkpoint(number * SPAN_MS, number, tarp.PlanMemory()))

    found = held.newest(connection, PLACE, 2 * SPAN_MS + 1)
    assert found is not None and found.level == 2
    assert kept(connection) == [1, 2]
    assert held.newest(connection, PLACE, SPAN_MS - 1) is None


def test_old_ones_stand_at_midnights_alone(connection: Connection) -> None:
    """Two days back every quarter, before that every day."""
    held = Checkpoints()
    for number in range(1, 21):
        held.keep(connection, PLACE, Checkpoint(number * SPAN_MS, 0, tarp.PlanMemory()))
    held.thin(connection, PLACE, 20 * SPAN_MS)

    assert kept(connection) == [4, 8, 12, 13, 14, 15, 16, 17, 18, 19, 20]
