"""The centre's time: asked with a nonce, and only the answer to the question at hand counts."""

import json

import pytest

from edge_agent.clock.centre_time import MAX_ROUND_TRIP_MS, CentreTime
from edge_agent.clock.gateway_clock import ClockVerdict, GatewayClock, Instant
from wire import topics

NOW_MS = 1_764_079_200_000


class Asked:
    """A gateway with its questions; `after_ms` passes between question and answer."""

    def __init__(self) -> None:
        self.passed_ms = 0
        self.clock = GatewayClock(lambda: Instant(NOW_MS + self.passed_ms, self.passed_ms))
        self.sent: list[tuple[str, bytes, int, bool]] = []
        self.time = CentreTime(("vale", "gw1"), self._publish, self.clock, 600.0)

    def _publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        self.sent.append((topic, payload, qos, retain))
        return True

    def answer(self, ms: int, nonce: int | None = None) -> bool:
        """The centre answers the last question, or another one."""
        asked = json.loads(self.sent[-1][1])["nonce"] if nonce is None else nonce
        return self.time.heard(json.dumps({"nonce": asked, "ms": ms}).encode(), 0.0)


def test_half_of_the_way_is_added() -> None:
    """Two seconds there and back: the centre's time was read in the middle of it."""
    asked = Asked()
    asked.time.ask(1, 0.0)
    asked.passed_ms = 2000

    assert asked.answer(NOW_MS + 3_600_000)
    assert asked.clock.verdict() == ClockVerdict("wrong", "centre", 2000 - 3_600_000 - 1000)
    assert asked.sent[0][0] == topics.agent_time("vale", "gw1")
    assert asked.sent[0][2:] == (0, False)


@pytest.mark.parametrize(
    ("nonce", "passed_ms", "is_heard"), [(-1, 0, False), (7, 0, False), (None, MAX_ROUND_TRIP_MS + 1, True)]
)
def test_what_is_old_says_nothing_of_now(nonce: int | None, passed_ms: int, is_heard: bool) -> None:
    """Another question's answer, or one that was a minute under way, sets no clock; the late one is a sign of life."""
    asked = Asked()
    asked.time.ask(1, 0.0)
    asked.passed_ms = passed_ms

    assert asked.answer(NOW_MS, nonce) is is_heard
    assert asked.clock.verdict() == ClockVerdict()


def test_an_answer_counts_once() -> None:
    """A second copy of it, that a broker kept for a while, is none."""
    asked = Asked()
    asked.time.ask(1, 0.0)
    assert asked.answer(NOW_MS)
    asked.passed_ms = 3_600_000

    assert not asked.answer(NOW_MS)
    assert asked.clock.verdict().state == "good"


def test_it_asks_at_each_connect_and_until_it_is_answered() -> None:
    """After one, two, four seconds, and ten minutes after an answer."""
    asked = Asked()
    times = [at_s for at_s in range(10) if asked.time.ask(1, float(at_s))]
    asked.answer(NOW_MS)
    later = [at_s for at_s in range(10, 610, 10) if asked.time.ask(1, float(at_s))]

    assert times == [0, 1, 3, 7]
    assert later == [600]
    assert asked.time.ask(2, 600.5) > 0
