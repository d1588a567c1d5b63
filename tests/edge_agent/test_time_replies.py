"""Time replies: the nonce comes back with the gateway's milliseconds."""

import json

import pytest

from edge_agent.time_replies import reply_to


def test_the_nonce_comes_back() -> None:
    """wire.md section 3: {"nonce"} is answered by {"nonce","ms"}."""
    assert json.loads(reply_to(b'{"nonce":42}', 1_764_079_200_123) or b"") == {"nonce": 42, "ms": 1_764_079_200_123}


@pytest.mark.parametrize("payload", [b"", b"42", b'{"nonce":"' + b"x" * 500 + b'"}', b'{"nonce":1,"a":2}', b"\xff"])
def test_what_is_no_question_gets_no_answer(payload: bytes) -> None:
    """The node asks again."""
    assert reply_to(payload, 1_764_079_200_123) is None
