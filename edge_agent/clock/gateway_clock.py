"""The gateway's clock: its time of day, and what speaks for or against it.

A gateway has no cell, or no NTP, or a hand that sets it wrong, and its time of day is then wrong by hours while nothing
looks broken. Three witnesses tell, the first that has a word decides:

- the centre, whose time an answer with a nonce gives (`edge_agent.clock.centre_time`), or a person at the gateway
  (`tailwatch gateway trust-clock`): carried on from there by the steady clock, which nobody can set, so that a step of
  the time of day is seen at once and without a line;
- senders with clocks that never came from this gateway (`edge_agent.clock.witnesses`), when most of them agree;
- what is stored already: time does not run back, and nothing was measured before the facility was built.

With a word of the centre, or of a person, a wrong clock is corrected. Without one it judges no reading and dates none.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

import msgspec

from edge_agent.clock.witnesses import Witnesses
from wire import clock

State = Literal["unchecked", "good", "wrong"]
By = Literal["", "centre", "person", "nodes", "buffer"]
NS_PER_MS: Final = 1_000_000
TOLD: Final[tuple[By, ...]] = ("centre", "person")
HOLDS_MS: Final = 30 * 86_400_000
"""How long a word is carried on: the quartz of a board is out by 50 in a million at the most, 130 s in that time."""
GOES_BY_TOLD: Final = "goes by the time that it was told; gives nodes no time"
JUDGES_NOTHING: Final = "gives nodes no time; keeps what it would have to date in quarantine until it is set right"


class Instant(NamedTuple):
    """One moment by the time of day, and by the steady clock, which counts suspended time too."""

    own_ms: int
    steady_ms: int


class ClockVerdict(msgspec.Struct, frozen=True):
    """What is known of the clock, by whose word, and how far it is ahead where that is known."""

    state: State = "unchecked"
    by: By = ""
    ahead_ms: int | None = None

    @property
    def is_corrected(self) -> bool:
        """Whether it is wrong and the true time is known all the same."""
        return self.state == "wrong" and self.by in TOLD

    @property
    def is_lost(self) -> bool:
        """Whether nobody here can say what time it is."""
        return self.state == "wrong" and not self.is_corrected

    def true_ms(self, own_ms: int) -> int:
        """The time to go by when the time of day says `own_ms`: another one only where it is corrected."""
        return own_ms - (self.ahead_ms or 0) if self.is_corrected else own_ms

    @property
    def next(self) -> str:
        """What the agent does about it, for the log."""
        return GOES_BY_TOLD if self.is_corrected else JUDGES_NOTHING


def read_clocks() -> Instant:
    """The clocks of this machine."""
    return Instant(time.time_ns() // NS_PER_MS, time.clock_gettime_ns(time.CLOCK_BOOTTIME) // NS_PER_MS)


class GatewayClock:
    """One for the life of the program; any thread may ask it."""

    def __init__(self, read: Callable[[], Instant] = read_clocks) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._told: dict[By, Instant] = {}  # the true time of a moment of the steady clock, by whose word
        self._given: dict[str, Instant] = {}  # what nodes were told, and when
        self._newest_ms = 0
        self._earliest_ms = 0
        self.witnesses = Witnesses()

    @property
    def own_ms(self) -> int:
        """The time of day as the machine has it, Unix ms."""
        return self._read().own_ms

    @property
    def steady_ms(self) -> int:
        """The steady clock: good for differences within one boot of the machine."""
        return self._read().steady_ms

    @property
    def is_checked(self) -> bool:
        """Whether the centre or a person has said what time it is, since the program was started."""
        return bool(self._told)

    def now_ms(self) -> int:
        """The time to go by, Unix ms: the own one, or the one that it was told where the own one is wrong."""
        now, verdict = self._judged()
        return verdict.true_ms(now.own_ms)

    def latest_ms(self) -> int:
        """The latest time that a reading can rightly have now."""
        return clock.latest_ms(self.now_ms())

    def verdict(self) -> ClockVerdict:
        """How the clock stands at this moment."""
        return self._judged()[1]

    def set_by_centre(self, centre_ms: int, steady_ms: int) -> None:
        """Take the centre's time of the moment that the steady clock had `steady_ms`."""
        with self._lock:
            self._told["centre"] = Instant(centre_ms, steady_ms)

    def set_by_person(self) -> None:
        """A person has compared the time of day and found it right; the centre's word stands above it."""
        with self._lock:
            self._told["person"] = self._read()

    def begin(self, earliest_ms: int, newest_ms: int) -> None:
        """Take what the state folder knows: when the facility was built, and the newest time that is stored."""
        self._earliest_ms = earliest_ms
        self.stored(newest_ms)

    def stored(self, newest_ms: int) -> None:
        """Readings up to this time are stored."""
        self._newest_ms = max(self._newest_ms, newest_ms)

    def give_to(self, node: str) -> int | None:
        """The time for a node that asks, Unix ms; None while the clock is known to be wrong. It is remembered."""
        now, verdict = self._judged()
        if verdict.state == "wrong":
            return None
        self.witnesses.exclude([node])
        with self._lock:
            self._given[node] = now
        return now.own_ms

    def given_to(self) -> set[str]:
        """The nodes that were given the time since the start of the program."""
        with self._lock:
            return set(self._given)

    def gave_wrong_time(self, node: str) -> bool:
        """Whether a node goes by a time that it was given here and that was wrong, as is known by now."""
        with self._lock:
            given, told = self._given.get(node), next((self._told[by] for by in TOLD if by in self._told), None)
        if given is None or told is None:
            return False
        return clock.is_wrong(given.own_ms - given.steady_ms, told.own_ms - told.steady_ms)

    def is_undated(self, time_ms: int) -> bool:
        """Whether nobody can say if a time is right: no time is known here, or it is that of the wrong clock.

        A sender with a clock of its own is as far from a wrong one as the true time is; who is nearer has it from here.
        """
        now, verdict = self._judged()
        if not verdict.is_corrected or verdict.ahead_ms is None:
            return verdict.is_lost
        near_ms = min(abs(verdict.ahead_ms) // 2, clock.latest_ms(0))
        return abs(time_ms - now.own_ms) <= near_ms

    def instant(self) -> Instant:
        """This moment by both clocks."""
        return self._read()

    def _judged(self) -> tuple[Instant, ClockVerdict]:
        with self._lock:
            now = self._read()
            for by in TOLD:
                told = self._told.get(by)
                if told is not None and now.steady_ms - told.steady_ms <= HOLDS_MS:
                    true_ms = told.own_ms + now.steady_ms - told.steady_ms
                    return now, _compared(now.own_ms - true_ms, by)
        ahead_ms = self.witnesses.ahead_ms(*now)
        if ahead_ms is not None:
            return now, _compared(ahead_ms, "nodes")
        is_back = clock.latest_ms(now.own_ms) < self._newest_ms
        return now, ClockVerdict("wrong", "buffer") if is_back or now.own_ms <= self._earliest_ms else ClockVerdict()


def _compared(ahead_ms: int, by: By) -> ClockVerdict:
    return ClockVerdict("wrong" if clock.is_wrong(ahead_ms, 0) else "good", by, ahead_ms)
