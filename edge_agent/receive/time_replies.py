"""Time for nodes: a nonce comes, the same nonce and the time go back, while the gateway's clock is not known wrong."""

from edge_agent.clock.gateway_clock import GatewayClock
from wire import BadPack, clock


def reply_to(node: str, request: bytes, gateway: GatewayClock) -> bytes | None:
    """The answer to a question; None when it is none, or nobody knows the time (the node asks again)."""
    try:
        nonce = clock.decode_request(request)
    except BadPack:
        return None
    now_ms = gateway.give_to(node)
    return None if now_ms is None else clock.encode_reply(nonce, now_ms)
