"""Rounds of faults under load: one machine is killed, frozen or cut off, the load goes on, the machine comes back."""

import time
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

import msgspec
import psycopg

from bench.failover.load import Load, ledger, lost_and_twice
from bench.failover.testbed import NAMES, WHOLE_WITHIN_S, FailoverTestbed, until
from runtime.database_line import reach

Fault = Literal["killed", "frozen", "cut off"]
FAULTS: Final[tuple[Fault, ...]] = ("killed", "frozen", "cut off")
GOES_ON_WITHIN_S: Final = 180.0
STANDBY_HELD_S: Final = 8.0
OTHER_EVERY: Final = 4
MOVES: Final = 5
"""So many batches acknowledged since the fault show that the load goes on."""


class Round(msgspec.Struct, frozen=True):
    """What one fault came to. `stop_s`: the longest time without an ack, from the fault to the whole cluster.

    `leads`: the store of the machine was made to lead all stores before.
    """

    fault: Fault
    role: str
    machine: str
    stop_s: float
    acked: int
    lost: int
    twice: int
    pending: int
    seconds: float
    leads: bool = False


class Hit(NamedTuple):
    """A fault and how it ends."""

    begin: Callable[[str], None]
    end: Callable[[str], None]


def run(testbed: FailoverTestbed, count: int, tell: Callable[[Round], None] = lambda _: None) -> list[Round]:
    """Run so many rounds on a filled testbed: the primary in three of four, else each machine in turn.

    Each time the store of the machine leads all stores: the fault then takes away both.
    """
    hits = {
        "killed": Hit(testbed.machines.kill, testbed.start),
        "frozen": Hit(testbed.machines.freeze, testbed.thaw),
        "cut off": Hit(testbed.machines.cut_off, testbed.machines.connect),
    }
    found = []
    with Load(testbed.conninfo()) as load:
        for number in range(count):
            until(testbed.is_whole, WHOLE_WITHIN_S)
            until(lambda: load.standing_s() < 1.0, GOES_ON_WITHIN_S)
            primary = testbed.primary()
            machine = NAMES[number // OTHER_EVERY % len(NAMES)] if number % OTHER_EVERY == OTHER_EVERY - 1 else primary
            fault = FAULTS[number % len(FAULTS)]
            testbed.lead(machine)
            role = "primary" if machine == primary else "standby"
            found.append(_one(testbed, load, fault, hits[fault], machine, role=role))
            tell(found[-1])
    return found


def _one(testbed: FailoverTestbed, load: Load, fault: Fault, hit: Hit, machine: str, *, role: str) -> Round:
    began_s, before = time.monotonic(), load.acked
    load.longest_s = 0.0
    hit.begin(machine)
    if role == "standby":
        time.sleep(STANDBY_HELD_S)
    until(lambda: load.acked > before + MOVES and load.standing_s() < 1.0, GOES_ON_WITHIN_S)
    hit.end(machine)
    until(testbed.is_whole, WHOLE_WITHIN_S)
    assert load.error is None, load.error
    acked, stop_s = load.acked, load.longest_s
    with psycopg.connect(reach(testbed.conninfo(), "test")) as connection:
        lost, twice = lost_and_twice(connection, acked)
        _, _, _, pending = ledger(connection)
    return Round(
        fault,
        role,
        machine,
        stop_s=round(stop_s, 1),
        acked=acked,
        lost=lost,
        twice=twice,
        pending=pending,
        seconds=round(time.monotonic() - began_s, 1),
        leads=True,
    )
