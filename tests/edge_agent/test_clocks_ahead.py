"""The property of clocks at the gateway: whatever they say, a real reading behind them still raises the local alarm.

The controls break one of the rules on purpose, and the same story then hides the reading.
"""

import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.alarm.memory import Remembered
from edge_agent.alarm.steps import PlanSteps
from edge_agent.buffer.store import AgentStore
from edge_agent.clock.gateway_clock import GatewayClock, Instant
from edge_agent.config.settings import Settings
from edge_agent.receive.unpack import PackRules, unpack
from edge_agent.values import PackDelivery, Reading, ReadingsDelivery
from runtime.settings import Endpoint
from tests.edge_agent.place import Log
from tests.edge_agent.world import FACILITY_FILE, T0_S, pack_bytes

PLAN = """
[tarp.pond]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.pond.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 337.0, hysteresis = 0.1 }
[[tarp.pond.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 339.0, hysteresis = 0.1 }
"""
GREEN_M, RED_M = 336.0, 339.5
POND = "n01:pond.level"
MINUTE_S = 60
LEADS = st.one_of(st.integers(-400, 400), st.integers(-200_000, 200_000), st.integers(-4_000_000, 400_000_000))
Story = list[tuple[int, int]]
"""By how many seconds a clock is ahead, and how long it takes until the next reading."""


class Gateway:
    """The storing half of an agent with a plan on the pond; its own time of day is right, and steps when it is told."""

    def __init__(self, folder: Path) -> None:
        file = folder / "vale.toml"
        file.write_text(FACILITY_FILE.read_text() + PLAN)
        self.now_s, self.own_ahead_s, self._seqs = float(T0_S), 0, itertools.count()
        read = self._read
        end = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", folder / "password")
        self.clock = GatewayClock(read)
        self.store = AgentStore(Settings(file, "gw1", folder / "state", end, end), self.clock, Log())

    def _read(self) -> Instant:
        return Instant(round((self.now_s + self.own_ahead_s) * 1000), round((self.now_s - T0_S) * 1000))

    def measure(self, level_m: float, ahead_s: int = 0, wait_s: float = MINUTE_S) -> None:
        """A pack of a node whose clock is so far ahead."""
        payload = pack_bytes(next(self._seqs), {"pond.level": level_m}, "n01", time_s=round(self.now_s) + ahead_s)
        received_ms = self.clock.now_ms()
        given_ = PackDelivery(
            "n01", payload, len(payload), "application/senml+json", received_ms, acknowledge=lambda: None
        )
        self.store.take_in([given_], lambda: False)
        self.now_s += wait_s

    def poll(self, level_m: float) -> None:
        """An instrument that the gateway asks itself."""
        now_ms = self.clock.now_ms()
        reading = Reading(POND, now_ms, level_m)
        self.store.take_in(
            [ReadingsDelivery("n01", (reading,), now_ms, lambda: None, is_dated_here=True)], lambda: False
        )
        self.now_s += MINUTE_S

    @property
    def level(self) -> int:
        """The latched level, as it is stored: 0 green to 3 red."""
        return next((row.level for row in self.store.buffer.alarms() if row.plan == "pond"), 0)


def told(story: Iterable[tuple[int, int]], break_: Any = None) -> int:
    """The level after green readings by clocks of this story, and then one real reading that is past red."""
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(Path(folder))
        try:
            if break_ is not None:
                break_(gateway)
            gateway.measure(GREEN_M)
            taken = {gateway.now_s - MINUTE_S}
            for ahead_s, wait_s in story:
                taken.add(gateway.now_s + ahead_s)
                gateway.measure(GREEN_M, ahead_s, wait_s)
            while gateway.now_s in taken:  # of two values of one instant the first stays, whoever is right
                gateway.now_s += 1
            gateway.measure(RED_M)
            return gateway.level
        finally:
            gateway.store.close()


@pytest.mark.case("13", "no sequence of packs with clocks ahead or behind makes a real reading stop counting")
@settings(max_examples=60)
@given(st.lists(st.tuples(LEADS, st.integers(1, 900)), max_size=20))
@example([(300, 1)] * 300)
@example([(7200, 60)])
def test_no_clock_hides_a_real_reading_from_the_local_alarm(story: Story) -> None:
    """A node's clock says what it likes, for as long as it likes: the first real reading past red sounds the siren."""
    assert told(story) == 3


class Deaf(PlanSteps):
    """Takes no reading behind a newer one, as before."""

    def insert(self, known: Remembered, piece: Any) -> tuple[Remembered, tuple[int, int]]:
        return known, (0, 0)

    def forget_ahead(self, known: Remembered, latest_ms: int) -> Remembered:
        return known


def deaf(gateway: Gateway) -> None:
    """Break the order of the local alarm."""
    alarm, facility = gateway.store.alarm, gateway.store.facility
    alarm._steps = {plan.id: Deaf(plan, facility) for plan in facility.tarp.values()}


def gullible(gateway: Gateway) -> None:
    """Break the limit as well: any time is believed."""
    deaf(gateway)

    class Believing(PackRules):
        def check_times(self, *_: Any, **__: Any) -> None:
            """Nothing is refused."""

    intake = gateway.store._intake
    rules = Believing(gateway.store.facility, 0, gateway.clock)
    intake._unpack = lambda it: unpack(it, rules)


@pytest.mark.parametrize(("break_", "ahead_s"), [(deaf, 299), (gullible, 7200)])
def test_a_broken_rule_hides_it(break_: Any, ahead_s: int) -> None:
    """The control: without the limit, or without the order of the local alarm, the property does not hold."""
    assert told([(ahead_s, MINUTE_S)], break_) < 3
    assert told([(ahead_s, MINUTE_S)]) == 3


def test_a_gateway_that_dated_ahead_hides_nothing_when_it_is_set_right(tmp_path: Path) -> None:
    """Unknown to anybody its own clock was two hours ahead, and so what it polled; set right, real readings count."""
    gateway = Gateway(tmp_path)
    gateway.own_ahead_s = 7200
    for _ in range(20):
        gateway.poll(GREEN_M)
    gateway.own_ahead_s = 0
    gateway.clock.set_by_person()
    gateway.measure(RED_M)

    assert gateway.level == 3
    gateway.store.close()


def test_before_it_is_set_right_nothing_is_dated_wrongly(tmp_path: Path) -> None:
    """Its clock runs back behind what it has stored, and nobody can be asked: what it polls waits in quarantine."""
    gateway = Gateway(tmp_path)
    gateway.poll(GREEN_M)
    gateway.own_ahead_s = -7200
    gateway.poll(RED_M)
    gateway.measure(RED_M)

    assert gateway.store.buffer.quarantine_counts() == {("n01", "gateway-clock"): 2}
    assert gateway.store.buffer.newest_ms() == T0_S * 1000
    gateway.store.close()
