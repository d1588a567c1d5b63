"""The time request and its reply, as wire.md section 3 spells them."""

import pytest

from wire import BadPack, clock


def test_question_and_answer_carry_the_nonce() -> None:
    """The reply to a request gives its nonce back with Unix milliseconds."""
    nonce = clock.decode_request(clock.encode_request(7))

    assert clock.encode_reply(nonce, 1764079200123) == b'{"nonce":7,"ms":1764079200123}'
    assert clock.decode_reply(clock.encode_reply(nonce, 1764079200123)) == (7, 1764079200123)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"nonce":7}',
        b'{"nonce":7,"ms":1764079200}',
        b'{"nonce":7,"ms":1.7e12}',
        b'{"nonce":-1,"ms":1764079200123}',
    ],
)
def test_a_bad_reply_never_sets_a_clock(data: bytes) -> None:
    """Seconds in place of milliseconds, fractions and missing members are refused."""
    with pytest.raises(BadPack):
        clock.decode_reply(data)


@pytest.mark.parametrize("data", [b"7", b'{"nonce":"7"}', b'{"nonce":2147483648}', b'{"nonce":7,"ms":1}'])
def test_a_bad_request_is_refused(data: bytes) -> None:
    """Only a nonce from 0 to 2**31 - 1 is a question."""
    with pytest.raises(BadPack):
        clock.decode_request(data)
