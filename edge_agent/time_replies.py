"""Time for nodes: a nonce comes, the same nonce and the gateway's Unix milliseconds go back."""

from wire import BadPack, clock


def reply_to(payload: bytes, now_ms: int) -> bytes | None:
    """The answer to a time request; None when it is not one (nothing is kept, the node asks again)."""
    try:
        return clock.encode_reply(clock.decode_request(payload), now_ms)
    except BadPack:
        return None
