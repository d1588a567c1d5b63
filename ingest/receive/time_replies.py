"""The time for edge agents: a nonce comes, the same nonce and the centre's Unix milliseconds go back.

Answered in the broker's thread, for an answer that waits would be a wrong time, and only while this ingest works: to a
gateway with nothing to send, the answer is the sign that somebody looks.
"""

from collections.abc import Callable

from wire import BadPack, clock, topics


class Times:
    """`works` says whether the database has taken something lately; `now_ms` is the centre's clock."""

    def __init__(self, works: Callable[[], bool], now_ms: Callable[[], int]) -> None:
        self._works, self._now_ms = works, now_ms

    def answer(self, topic: str, request: bytes) -> tuple[str, bytes] | None:
        """Topic and payload of the answer to a question; None when it is none, or this ingest does not work."""
        try:
            asked, nonce = topics.parse(topic), clock.decode_request(request)
        except BadPack:
            return None
        if asked.agent is None or not self._works():
            return None
        return topics.agent_time_reply(asked.facility, asked.agent), clock.encode_reply(nonce, self._now_ms())
