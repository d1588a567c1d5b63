"""Time replies: the nonce comes back with the gateway's milliseconds, while the gateway's clock is not known wrong."""

import json

import pytest

from edge_agent.receive.time_replies import reply_to
from tests.edge_agent.world import clock_at

NOW_MS = 1_764_079_200_123


def test_the_nonce_comes_back() -> None:
    """wire.md section 3: {"nonce"} is answered by {"nonce","ms"}."""
    answer = reply_to("n07", b'{"nonce":42}', clock_at(lambda: NOW_MS))

    assert json.loads(answer or b"") == {"nonce": 42, "ms": NOW_MS}


@pytest.mark.parametrize("payload", [b"", b"42", b'{"nonce":"' + b"x" * 500 + b'"}', b'{"nonce":1,"a":2}', b"\xff"])
def test_what_is_no_question_gets_no_answer(payload: bytes) -> None:
    """The node asks again."""
    assert reply_to("n07", payload, clock_at(lambda: NOW_MS)) is None


def test_a_wrong_clock_answers_nobody() -> None:
    """By the centre's word it is two hours ahead: a node keeps its packs, or its own time, and asks again."""
    gateway = clock_at(lambda: NOW_MS)
    gateway.set_by_centre(NOW_MS - 7_200_000, NOW_MS)

    assert reply_to("n07", b'{"nonce":42}', gateway) is None
