"""Clocks: what two may differ, and the payloads of `time` and `time/reply`, by which one is learned from another."""

from wire import BadPack, limits, strictjson

_MAX_NONCE = 2**31 - 1


def latest_ms(now_ms: int) -> int:
    """The latest time [Unix ms] that a reading can rightly have, to a receiver whose clock says `now_ms`."""
    return now_ms + limits.MAX_CLOCK_ERROR_S * 1000


def earliest_ms(now_ms: int) -> int:
    """The earliest time [Unix ms] that a clock may rightly say when the true one says `now_ms`."""
    return now_ms - limits.MAX_CLOCK_ERROR_S * 1000


def is_wrong(clock_ms: int, true_ms: int) -> bool:
    """Whether a clock differs by more than clocks may from one that is right."""
    return abs(clock_ms - true_ms) > limits.MAX_CLOCK_ERROR_S * 1000


def encode_request(nonce: int) -> bytes:
    """The question; the answer carries the same `nonce`, a number from 0 to 2**31 - 1."""
    return ('{"nonce":' + str(_checked(nonce, "nonce", 0, _MAX_NONCE)) + "}").encode()


def decode_request(data: bytes) -> int:
    """The nonce of a question; raises BadPack."""
    return _checked(_members(data, ["nonce"])["nonce"], "nonce", 0, _MAX_NONCE)


def encode_reply(nonce: int, unix_ms: int) -> bytes:
    """The answer: the clock of who was asked, in Unix milliseconds, when it was asked."""
    _checked(unix_ms, "ms", limits.MIN_ABSOLUTE_TIME_S * 1000, limits.MAX_ABSOLUTE_TIME_S * 1000)
    return ('{"nonce":' + str(_checked(nonce, "nonce", 0, _MAX_NONCE)) + ',"ms":' + str(unix_ms) + "}").encode()


def decode_reply(data: bytes) -> tuple[int, int]:
    """(nonce, Unix milliseconds) of an answer; raises BadPack."""
    found = _members(data, ["ms", "nonce"])
    nonce = _checked(found["nonce"], "nonce", 0, _MAX_NONCE)
    low, high = limits.MIN_ABSOLUTE_TIME_S * 1000, limits.MAX_ABSOLUTE_TIME_S * 1000
    return nonce, _checked(found["ms"], "ms", low, high)


def _members(data: bytes, labels: list[str]) -> dict[str, object]:
    if len(data) > limits.MAX_ACK_BYTES:
        raise BadPack("payload", "too-long", str(len(data)) + " bytes")
    found = strictjson.decode(data)
    if not isinstance(found, dict) or sorted(found) != labels:
        raise BadPack("payload", "not-a-time")
    return found


def _checked(value: object, field: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise BadPack(field, "not-a-time", str(value))
    return value
