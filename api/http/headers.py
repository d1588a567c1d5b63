"""What every answer carries, whoever made it: security headers; and HEAD, answered as GET without its body."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY: Final = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
OVER_TLS: Final = {"strict-transport-security": "max-age=31536000"}
"""A browser that came over TLS once comes by nothing else for a year (RFC 6797)."""
IS_HEAD: Final = "tailwatch.is_head"
"""Set in the scope of a HEAD request; a stream that has no end looks at it and sends nothing."""


class Headers:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (SECURITY | OVER_TLS if scope.get("scheme") == "https" else SECURITY).items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET", IS_HEAD: True} if is_head else scope
        await self.app(inner, receive, send_with_headers)
