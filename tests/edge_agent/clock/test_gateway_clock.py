"""The gateway's clock: who has a word on it, what is done about a wrong one, and what when nobody knows the time."""

import pytest

from edge_agent.clock.gateway_clock import ClockVerdict, GatewayClock, Instant
from edge_agent.receive.unpack import PackRules, unpack
from edge_agent.values import PackDelivery
from tests.edge_agent.world import T0_S, facility, pack_bytes
from wire import limits

NOW_MS = T0_S * 1000
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
TOLERANCE_MS = limits.MAX_CLOCK_ERROR_S * 1000


class Gateway:
    """A gateway whose time of day is `ahead_ms` ahead of the true time; both pass by `wait`."""

    def __init__(self, ahead_ms: int = 0) -> None:
        self.true_ms, self.ahead_ms = NOW_MS, ahead_ms
        self.clock = GatewayClock(lambda: Instant(self.true_ms + self.ahead_ms, self.true_ms - NOW_MS + 1))
        self.rules = PackRules(facility(), 0, self.clock)
        self.seq = -1

    def wait(self, ms: int) -> None:
        self.true_ms += ms

    def ask_centre(self) -> None:
        """The centre answers, and is right."""
        self.clock.set_by_centre(self.true_ms, self.clock.steady_ms)

    def refusal(self, time_ms: int, node: str = "n07") -> str | None:
        """Why a pack of this time is refused; None: it is taken."""
        self.seq += 1
        payload = pack_bytes(self.seq, {"battery.voltage": 3.3}, node, time_s=time_ms // 1000)
        given = PackDelivery(
            node, payload, len(payload), "application/senml+json", self.clock.now_ms(), acknowledge=lambda: None
        )
        fault = unpack(given, self.rules).fault
        return fault and fault.reason


@pytest.mark.parametrize(
    ("ahead_ms", "state"),
    [(0, "good"), (TOLERANCE_MS, "good"), (-TOLERANCE_MS, "good"), (TOLERANCE_MS + 1, "wrong"), (-DAY_MS, "wrong")],
)
def test_the_centre_says_what_time_it_is(ahead_ms: int, state: str) -> None:
    """Its word is carried on by the steady clock; a clock that differs by more than clocks may is corrected."""
    gateway = Gateway(ahead_ms)
    gateway.ask_centre()
    gateway.wait(HOUR_MS)

    assert gateway.clock.verdict() == ClockVerdict(state, "centre", ahead_ms)  # type: ignore[arg-type]
    assert gateway.clock.now_ms() == gateway.true_ms + (0 if state == "wrong" else ahead_ms)


def test_a_step_is_seen_without_asking_again() -> None:
    """Somebody sets the time of day three days back: the steady clock goes on, so the true time is still known."""
    gateway = Gateway()
    gateway.ask_centre()
    gateway.wait(DAY_MS)
    gateway.ahead_ms = -3 * DAY_MS

    assert gateway.clock.verdict() == ClockVerdict("wrong", "centre", -3 * DAY_MS)
    assert gateway.clock.now_ms() == gateway.true_ms


def test_a_word_does_not_last_for_ever() -> None:
    """After thirty days the quartz of the steady clock may be out by minutes itself: then nobody is asked."""
    gateway = Gateway(HOUR_MS)
    gateway.ask_centre()
    gateway.wait(31 * DAY_MS)

    assert gateway.clock.verdict() == ClockVerdict()


def test_time_does_not_run_back() -> None:
    """Behind what it has stored, or before the facility, a clock is wrong, and by how much nobody knows."""
    gateway = Gateway()
    gateway.clock.begin(NOW_MS - DAY_MS, NOW_MS)
    fine = gateway.clock.verdict()
    gateway.ahead_ms = -TOLERANCE_MS - 1
    back = gateway.clock.verdict()
    gateway.ahead_ms = -DAY_MS
    gateway.clock.begin(NOW_MS - DAY_MS, 0)

    assert (fine, back) == (ClockVerdict(), ClockVerdict("wrong", "buffer"))
    assert gateway.clock.verdict().is_lost


def test_a_person_helps_where_the_centre_cannot() -> None:
    """Who compared the clock makes it good again, and a step after that is seen; the centre's word stands above it."""
    gateway = Gateway(-HOUR_MS)
    gateway.clock.begin(0, NOW_MS)
    assert gateway.clock.verdict().is_lost
    gateway.ahead_ms = 0
    gateway.clock.stored(NOW_MS + DAY_MS)
    gateway.clock.set_by_person()
    by_person = gateway.clock.verdict()
    gateway.ahead_ms = -HOUR_MS
    stepped = gateway.clock.now_ms()
    gateway.ahead_ms = 0
    gateway.clock.set_by_centre(gateway.true_ms + DAY_MS, gateway.clock.steady_ms)

    assert (by_person, stepped) == (ClockVerdict("good", "person", 0), gateway.true_ms)
    assert gateway.clock.verdict() == ClockVerdict("wrong", "centre", -DAY_MS)


@pytest.mark.parametrize("ahead_ms", [-3 * DAY_MS, -400_000, 400_000, 2 * HOUR_MS])
def test_a_wrong_clock_takes_packs_by_the_centres_time(ahead_ms: int) -> None:
    """A node with a clock of its own is stored, live or late; one ahead waits, and so does one with the wrong time."""
    gateway = Gateway(ahead_ms)
    gateway.ask_centre()
    true_ms = gateway.true_ms

    assert gateway.refusal(true_ms) is None
    assert gateway.refusal(true_ms - 30 * DAY_MS) is None
    assert gateway.refusal(true_ms + TOLERANCE_MS + 1000) in ("clock-ahead", "gateway-clock")
    assert gateway.refusal(true_ms + ahead_ms) == "gateway-clock"


def test_nobody_knows_the_time() -> None:
    """Without the centre a clock that is behind its own store judges no pack: all of them are kept for a person."""
    gateway = Gateway(-HOUR_MS)
    gateway.clock.begin(0, NOW_MS)

    assert [gateway.refusal(NOW_MS + at_ms) for at_ms in (-DAY_MS, -HOUR_MS, 0)] == ["gateway-clock"] * 3
    assert gateway.clock.give_to("n07") is None


def test_who_was_given_a_wrong_time_is_told_apart() -> None:
    """A node got its time three days late before anybody knew: what it dates waits, until it has asked again."""
    gateway = Gateway(-3 * DAY_MS)
    assert gateway.clock.give_to("n07") == NOW_MS - 3 * DAY_MS
    gateway.ask_centre()
    gateway.ahead_ms = 0  # the gateway is set right; the node is not
    gateway.wait(HOUR_MS)
    before = gateway.refusal(gateway.true_ms - 3 * DAY_MS), gateway.refusal(gateway.true_ms, "n08")
    gateway.clock.give_to("n07")

    assert before == ("gateway-clock", None)
    assert gateway.refusal(gateway.true_ms) is None


def say(gateway: Gateway, minutes: int, *leads_ms: int) -> None:
    """Senders tell each minute; each is so far ahead of the true time."""
    for _ in range(minutes):
        for number, lead_ms in enumerate(leads_ms):
            sender = f"logger{number}"
            gateway.clock.witnesses.hear(sender, gateway.true_ms + lead_ms, gateway.clock.steady_ms, MINUTE_MS)
        gateway.wait(MINUTE_MS)


def test_senders_that_agree_are_believed() -> None:
    """Two loggers with clocks of their own find the gateway two hours late: it is lost until the centre answers."""
    gateway = Gateway(-2 * HOUR_MS)
    say(gateway, 1, 0, 5000)
    early = gateway.clock.verdict()
    say(gateway, 2, 0, 5000)

    assert early == ClockVerdict()
    verdict = gateway.clock.verdict()
    assert (verdict.state, verdict.by, verdict.is_lost) == ("wrong", "nodes", True)
    assert abs((verdict.ahead_ms or 0) + 2 * HOUR_MS) <= MINUTE_MS
    gateway.ask_centre()
    assert gateway.clock.verdict().by == "centre"


@pytest.mark.parametrize(
    ("leads_ms", "verdict"),
    [
        ((2 * HOUR_MS,), ClockVerdict()),  # one alone
        ((2 * HOUR_MS, 0, 0), ClockVerdict("good", "nodes", 0)),  # most agree with the gateway
        ((2 * HOUR_MS, DAY_MS, 5 * HOUR_MS), ClockVerdict()),  # each says something else
        ((-HOUR_MS, -HOUR_MS), ClockVerdict("wrong", "nodes", HOUR_MS)),  # later than any of them may be slow
        ((-7 * MINUTE_MS, -7 * MINUTE_MS), ClockVerdict()),  # they may only be slow
    ],
)
def test_senders_that_do_not_agree_say_nothing(leads_ms: tuple[int, ...], verdict: ClockVerdict) -> None:
    """A gateway is not doubted for one wrong clock of a sender, nor for a slow one."""
    gateway = Gateway()
    say(gateway, 3, *leads_ms)

    assert gateway.clock.verdict() == verdict


def test_a_backlog_is_no_clock() -> None:
    """Two senders that empty their memories run faster than time: they say nothing of it."""
    gateway = Gateway()
    for step in range(100):
        for sender in ("a", "b"):
            time_ms = gateway.true_ms - DAY_MS + 10 * step * MINUTE_MS
            gateway.clock.witnesses.hear(sender, time_ms, gateway.clock.steady_ms, MINUTE_MS)
        gateway.wait(1000)

    assert gateway.clock.verdict() == ClockVerdict()


def test_who_has_the_time_from_here_is_no_witness() -> None:
    """Nodes that asked this gateway would only repeat what it said."""
    gateway = Gateway(-2 * HOUR_MS)
    say(gateway, 3, 0, 0)
    gateway.clock.witnesses.exclude(["logger0"])
    say(gateway, 3, 0, 0)

    assert gateway.clock.verdict() == ClockVerdict()
