"""The uplink over bad lines: cut again and again, deaf in one direction, late and lossy; all arrives, once."""

import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from tests.bad_line import BadLine
from tests.edge_agent.test_agent import StubbornNode, frequencies
from tests.edge_agent.world import EPOCH, World, wait_until

PACKS = 120
AGREES_WITHIN_S = 60.0
FIVE_MINUTES_S = 305.0
Fault = Callable[[BadLine, float], None]


@pytest.fixture
def line(world: World) -> Iterator[BadLine]:
    """Between the agent and the centre's broker."""
    with BadLine(world.broker.port) as made:
        yield made


def flapping(line: BadLine, for_s: float) -> None:
    """Up and down, each for a tenth of the time, at most a second."""
    until_s = time.monotonic() + for_s
    while time.monotonic() < until_s:
        line.cut()
        time.sleep(min(for_s / 10, 1.0))
        line.mend()
        time.sleep(min(for_s / 10, 1.0))


def deaf(line: BadLine, for_s: float) -> None:
    """What the centre says does not arrive."""
    line.down.clear()
    time.sleep(for_s)


def unheard(line: BadLine, for_s: float) -> None:
    """What the agent says does not arrive."""
    line.up.clear()
    time.sleep(for_s)


def late_and_lossy(line: BadLine, for_s: float) -> None:
    """A satellite line: `for_s` is also what makes it late, 3 s there and back where it is long."""
    line.latency_s, line.loss = min(for_s / 20, 1.5), 0.1
    time.sleep(for_s)


LONG = (pytest.mark.long, pytest.mark.timeout(400))


@pytest.mark.parametrize("for_s", [1.5, pytest.param(90.0, marks=LONG)])
@pytest.mark.parametrize("fault", [flapping, deaf, unheard, late_and_lossy])
def test_a_bad_line_to_the_centre_loses_nothing(world: World, line: BadLine, fault: Fault, for_s: float) -> None:
    """While the line is bad packs are taken and acknowledged as ever; afterwards the centre has each of them, once."""
    node, centre = StubbornNode(world, PACKS), world.centre()
    uplink = msgspec.structs.replace(world.settings.uplink, port=line.port)
    with world.agent(uplink=uplink) as agent:
        node.send_window()
        spoiling = threading.Thread(target=fault, args=(line, for_s))
        spoiling.start()
        until_s = time.monotonic() + AGREES_WITHIN_S
        while node.acked < PACKS - 1 and time.monotonic() < until_s:
            node.send_window()
        acked = node.acked
        spoiling.join()
        if fault is not late_and_lossy:
            line.mend()
        wait_until(lambda: len(centre.packs()) == PACKS, "all packs", AGREES_WITHIN_S)
        wait_until(lambda: agent._store.unacked == 0, "an empty outbox", AGREES_WITHIN_S)
    node.client.close()
    centre.close()

    assert acked == PACKS - 1  # the site does not feel the line to the centre
    assert centre.packs() == {("n07", EPOCH, seq) for seq in range(PACKS)}
    assert frequencies(centre) == [2800.0 + seq for seq in range(PACKS)]


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", [deaf, unheard])
def test_a_line_that_is_one_way_for_five_minutes_loses_nothing(
    world: World, line: BadLine, fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    """Two packs a second are taken and acknowledged all the time; when the line is whole again the centre has each of
    them, once, within a minute."""
    node, centre = StubbornNode(world, 1), world.centre()
    uplink = msgspec.structs.replace(world.settings.uplink, port=line.port)
    with world.agent(uplink=uplink) as agent:
        spoiling = threading.Thread(target=fault, args=(line, FIVE_MINUTES_S))
        spoiling.start()
        slowest_s = 0.0
        while spoiling.is_alive():
            begun_s = time.monotonic()
            while node.acked < node.packs - 1:
                node.send_window()
                assert time.monotonic() - begun_s < AGREES_WITHIN_S, "a pack that is not acknowledged"
            slowest_s = max(slowest_s, time.monotonic() - begun_s)
            spoiling.join(0.5)
            node.packs += 1
        node.packs = node.acked + 1
        behind = node.packs - len(centre.packs())
        mended_s = time.monotonic()
        line.mend()
        wait_until(lambda: len(centre.packs()) == node.packs, "all packs", AGREES_WITHIN_S)
        drained_s = time.monotonic() - mended_s
        wait_until(lambda: agent._store.unacked == 0, "an empty outbox", AGREES_WITHIN_S)
    node.client.close()
    centre.close()

    for name, value in (("packs", node.packs), ("behind", behind), ("slowest_s", slowest_s), ("drained_s", drained_s)):
        record_property(name, value)
        print(name, value)
    assert behind > node.packs / 2 or fault is deaf  # it was one-way indeed
    assert centre.packs() == {("n07", EPOCH, seq) for seq in range(node.packs)}
    assert frequencies(centre) == [2800.0 + seq for seq in range(node.packs)]
