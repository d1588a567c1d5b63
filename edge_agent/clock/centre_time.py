"""The centre's time: a question with a nonce, and what the answer says of the gateway's clock.

What a broker has retained or kept for us may be hours old, so only an answer to a question that was just asked proves
the time. It is asked at each connect, again while no answer comes, and then every so often; the centre answers only
while it works (`ingest.receive.time_replies`), so an answer is its sign of life too.
"""

import random
import threading
from collections.abc import Callable
from typing import Final

from edge_agent.clock.gateway_clock import GatewayClock
from wire import BadPack, clock, topics

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
EVERY_S: Final = 600.0
MAX_ROUND_TRIP_MS: Final = 60_000  # the time is then known to 30 s, a tenth of what clocks may differ
MAX_NONCE: Final = 2**31 - 1

Publish = Callable[[str, bytes, int, bool], bool]


class CentreTime:
    """Asks and hears. `heard` is called by the network thread, `ask` by the worker. place: facility and agent."""

    def __init__(self, place: tuple[str, str], publish: Publish, gateway: GatewayClock, every_s: float) -> None:
        self._topic = topics.agent_time(*place)
        self._publish, self._gateway = publish, gateway
        self._every_s = min(every_s, EVERY_S)
        self._lock = threading.Lock()
        self._nonce, self._asked_ms = -1, 0
        self._session, self._due_s, self._wait_s = 0, 0.0, FIRST_WAIT_S

    def ask(self, session: int, now_s: float) -> int:
        """Ask when it is time to; `session` counts connects. Return how many bytes went out."""
        with self._lock:
            if session != self._session:
                self._session, self._due_s, self._wait_s = session, now_s, min(FIRST_WAIT_S, self._every_s)
            if now_s < self._due_s:
                return 0
            self._nonce, self._asked_ms = random.randint(0, MAX_NONCE), self._gateway.steady_ms
            self._due_s, self._wait_s = now_s + self._wait_s, min(2 * self._wait_s, LONGEST_WAIT_S, self._every_s)
            question = clock.encode_request(self._nonce)
        return len(self._topic) + len(question) if self._publish(self._topic, question, 0, False) else 0

    def heard(self, payload: bytes, now_s: float) -> bool:
        """Take an answer, True for one to our question; one that took too long says nothing of the time."""
        steady_ms = self._gateway.steady_ms
        try:
            nonce, centre_ms = clock.decode_reply(payload)
        except BadPack:
            return False
        with self._lock:
            round_trip_ms = steady_ms - self._asked_ms
            if nonce != self._nonce:
                return False
            self._nonce = -1
            if round_trip_ms <= MAX_ROUND_TRIP_MS:
                self._due_s, self._wait_s = now_s + self._every_s, FIRST_WAIT_S
                self._gateway.set_by_centre(centre_ms + round_trip_ms // 2, steady_ms)
        return True
