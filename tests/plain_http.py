"""Questions to a program under test, again and again until it answers: `httpx.get` makes a TLS context for each, which
takes 8 ms of a processor."""

from collections.abc import Mapping
from typing import Final

import httpx

# No connection is kept: the program behind it is killed and comes back. Nor is a cookie: who asks is nobody.
_CLIENT: Final = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def get(address: str, timeout: float = 60, params: Mapping[str, str | int] | None = None) -> httpx.Response:
    """As `httpx.get`."""
    _CLIENT.cookies.clear()
    return _CLIENT.get(address, timeout=timeout, params=params)
