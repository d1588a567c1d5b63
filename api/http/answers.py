"""How answers are sent: JSON with an ETag of its content, and links to the next page."""

import hashlib
from typing import Final

from fastapi import Request, Response

MEDIA_TYPE: Final = "application/json"
# The caller may keep it and must ask whether it still holds: data come in at any time.
REVALIDATE: Final = "private, no-cache"
TAG_DIGITS: Final = 24


def next_page(request: Request, **place: str) -> str:
    """Return the address of the next page: this one's at another place, without host: proxies may stand before."""
    url = request.url.include_query_params(**place)
    return f"{url.path}?{url.query}"


def link(answer: Response, address: str, rel: str, media_type: str | None = None) -> None:
    """Add a link to an answer (RFC 8288); media_type: of what stands there."""
    kind = "" if media_type is None else f'; type="{media_type}"'
    answer.headers.append("link", f'<{address}>; rel="{rel}"{kind}')


def has(request: Request, tag: str) -> bool:
    """Whether the caller says that it has the answer of this ETag (If-None-Match, RFC 9110 section 13.1.2)."""
    known = [word.strip() for word in request.headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known


def json(
    request: Request, body: bytes, following: str | None = None, *, vary: str | None = None, has_ages: bool = False
) -> Response:
    """Answer a JSON body, or 304 when the caller has it; `following` becomes a Link header (RFC 8288).

    vary: the header of the request by which the address has other answers too. has_ages: it tells ages as of now, so
    that no two answers are equal, and an ETag would hold for none.
    """
    headers = {"cache-control": REVALIDATE}
    if vary is not None:
        headers["vary"] = vary
    if following is not None:
        headers["link"] = f'<{following}>; rel="next"'
    if not has_ages:
        # Weak, for a middleware may compress it. Processors have SHA-256 built in: half the time of other digests.
        headers["etag"] = tag = f'W/"{hashlib.sha256(body).hexdigest()[:TAG_DIGITS]}"'
        if has(request, tag):
            return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=MEDIA_TYPE)
