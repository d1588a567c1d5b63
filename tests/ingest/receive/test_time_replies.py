"""The time for agents: the nonce comes back with the centre's milliseconds, while this ingest works."""

import pytest

from ingest.receive.time_replies import Times
from wire import clock, topics

NOW_MS = 1_764_079_200_123
ASKED, ANSWERED = topics.agent_time("vale", "gw1"), topics.agent_time_reply("vale", "gw1")


def test_an_agent_is_answered_on_its_own_topic() -> None:
    """The same nonce, and nobody else's."""
    topic, payload = Times(lambda: True, lambda: NOW_MS).answer(ASKED, clock.encode_request(42)) or ("", b"")

    assert (topic, clock.decode_reply(payload)) == (ANSWERED, (42, NOW_MS))


@pytest.mark.parametrize(
    ("topic", "payload", "works"),
    [
        (ASKED, b"42", True),  # no question
        (topics.time("vale", "n07"), clock.encode_request(42), True),  # a node's: its agent answers
        ("tw/1/vale/_edge/gw1/time/x", clock.encode_request(42), True),
        (ASKED, clock.encode_request(42), False),  # the database takes nothing: as good as dead
    ],
)
def test_others_are_not(topic: str, payload: bytes, works: bool) -> None:
    """Nobody answers what is no question of an agent, and an ingest that does not work is silent."""
    assert Times(lambda: works, lambda: NOW_MS).answer(topic, payload) is None
