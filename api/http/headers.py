"""What every answer carries, whoever made it: security headers; and HEAD, answered as GET without its body."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OF_DOCUMENTS: Final = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
}
"""They rule what a document loads and leads to; a style sheet, a script or a font of ours has no use for them."""
PARTS: Final = ("text/css", "text/javascript", "font/")
OF_ALL: Final = {"x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin"}
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
                is_part = headers.get("content-type", "").startswith(PARTS)
                told = OF_ALL | ({} if is_part else OF_DOCUMENTS) | (OVER_TLS if scope.get("scheme") == "https" else {})
                for name, value in told.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET", IS_HEAD: True} if is_head else scope
        await self.app(inner, receive, send_with_headers)
