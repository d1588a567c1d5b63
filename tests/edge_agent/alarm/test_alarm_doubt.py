"""An alarm that a spike raised: it stays, for only a person may silence a siren, and says so. Expected levels are read
off the plan of test_alarm by hand: yellow above 337, back below 336.9; red above 339 for two readings."""

import msgspec
import numpy as np
import pytest

from edge_agent.alarm.alarm import Alarm
from edge_agent.alarm.memory import AlarmRow, DoubtedReading, Release, decode
from edge_agent.alarm.steps import KEPT
from edge_agent.process.derive import Derivation, Judged
from edge_agent.process.quality import judge
from tailings import tarp
from tailings.filters import spike
from tailings.series import Series
from tests.edge_agent.alarm.test_alarm import NODES, NOW_MS, VALE, YELLOW
from tests.edge_agent.place import Log

LEVEL = "n01:pond.level"
MINUTE_MS = 60_000


class Gateway:
    """A derivation with a spike test on the pond, and the alarm behind it, fed a reading at a time."""

    def __init__(self) -> None:
        judged = msgspec.structs.replace(VALE.datastreams[LEVEL], filters={"spike": spike.Settings(0.5, 1.0)})
        self._vale = msgspec.structs.replace(VALE, datastreams={**VALE.datastreams, LEVEL: judged})
        self._derivation = Derivation(self._vale, judge, lambda name: [])
        self.now_ms, self.rows = NOW_MS, (AlarmRow("pond", 0, 0, "{}"),)
        self.alarm = self._start()
        self.sent: list[tuple[float, int, str | None]] = []
        self.last: dict[int, tuple[float, int]] = {}  # value and last word on each reading

    def _start(self) -> Alarm:
        return Alarm(self._vale, NODES, self.rows, Log())

    def restart(self) -> None:
        self.alarm = self._start()

    def measure(self, *levels_m: float) -> None:
        for level_m in levels_m:
            found = self._derivation.run({LEVEL: Series.of([self.now_ms], [level_m])})
            for one in [*found.judged, *found.verdicts]:
                times_ms, flags = one.series.time_ms.tolist(), one.series.quality.tolist()
                self.last |= zip(times_ms, zip(one.series.value.tolist(), flags, strict=True), strict=True)
            levels, rows = self.alarm.follow(found.judged, found.verdicts, self.now_ms)
            self.rows = rows or self.rows
            self.sent += [(one.series.value[0], int(one.series.quality[0]), one.tests[0]) for one in levels]
            self.now_ms += MINUTE_MS

    @property
    def known(self) -> tuple[int, int, DoubtedReading | None]:
        """The latched level, that of the newest values, and the doubt, as they are stored."""
        known = decode(self.rows[0].memory, VALE.tarp["pond"])
        return self.rows[0].level, known.level, known.doubt


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def test_a_spike_that_raised_it_is_told_and_it_stays(gateway: Gateway) -> None:
    """The reading after shows the spike: yellow stands, the values say green, and the level's own row is suspect."""
    gateway.measure(336.5, 338.5)
    raised = gateway.known
    gateway.measure(336.5)

    assert raised == (1, 1, None)
    assert gateway.known == (1, 0, DoubtedReading(LEVEL, NOW_MS + MINUTE_MS, "spike"))
    assert (gateway.sent[-1], gateway.alarm.is_on(YELLOW, NOW_MS)) == ((1.0, 3, "raised-by-suspect"), True)


def test_a_true_rise_is_not_doubted(gateway: Gateway) -> None:
    """The next reading is as high: nothing was a spike."""
    gateway.measure(336.5, 337.3, 337.4, 337.4)

    assert gateway.known == (1, 1, None)


def test_a_spike_leaves_no_trace_in_what_is_followed(gateway: Gateway) -> None:
    """336.95 is within the hysteresis of yellow: after a true rise it would stand; after a spike it never began."""
    gateway.measure(336.9, 338.5, 336.95)

    assert gateway.known[:2] == (1, 0)


def test_a_true_rise_after_the_spike_ends_the_doubt(gateway: Gateway) -> None:
    """Then the level stands by readings that nobody doubts, also over a restart."""
    gateway.measure(336.5, 338.5, 336.5)
    gateway.restart()
    gateway.measure(336.8, 337.2, 337.3)

    assert gateway.known == (1, 1, None)


def test_a_person_releases_it_with_a_reason(gateway: Gateway) -> None:
    """It falls to what the values say; the reason is kept, over a restart too."""
    gateway.measure(336.5, 338.5, 336.5)
    row = gateway.alarm.release("pond", gateway.now_ms, "spike, pond looked at")
    assert row is not None
    gateway.rows = (row,)
    gateway.restart()
    gateway.measure(336.5)

    assert gateway.known == (0, 0, None)
    known = decode(gateway.rows[0].memory, VALE.tarp["pond"])
    assert known.released == Release(NOW_MS + 3 * MINUTE_MS, 0, "spike, pond looked at")


def test_what_is_kept_is_bounded_and_a_verdict_on_older_readings_changes_nothing(gateway: Gateway) -> None:
    """A day of readings leaves the newest instants; a late verdict on the first one is for the centre."""
    gateway.measure(338.0, *[338.0 + 0.001 * row for row in range(100)])
    series = Series.of([NOW_MS], [338.0], [3])
    late = Judged(VALE.datastreams[LEVEL], series, ["spike"], None)
    _, rows = gateway.alarm.follow([], [late], gateway.now_ms)

    assert len(decode(rows[0].memory, VALE.tarp["pond"]).newest) == KEPT
    assert (rows[0].level, decode(rows[0].memory, VALE.tarp["pond"]).doubt) == (1, None)


def test_its_level_is_that_of_the_whole_history_with_the_last_word_on_each_reading(gateway: Gateway) -> None:
    """After each of 400 readings that wander about the limits, one in six a spike: what the pure function says of all.

    With a restart in between.
    """
    draw = np.random.default_rng(11)
    heights = 337.6 + 2.2 * np.sin(np.cumsum(draw.normal(0, 0.12, 400))) + draw.choice([0, 0, 0, 0, 0, 2.0], 400)
    plan, told, expected = VALE.tarp["pond"], [], []
    for number, height in enumerate(heights.tolist()):
        gateway.measure(height)
        if number == 200:
            gateway.restart()
        times_ms = sorted(gateway.last)
        series = Series.of(times_ms, *zip(*(gateway.last[time] for time in times_ms), strict=True))
        told.append(gateway.known[1])
        expected.append(int(tarp.timeline(plan, {LEVEL: series}, VALE).level[-1]))

    assert told == expected
    assert set(told) == {0, 1, 3}
