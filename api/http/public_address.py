"""The address under which a client sees this api: behind a proxy, that of the proxy."""

from typing import Final, cast

from fastapi import Request

from api.http.hosts import OWN, name_of

FORWARDED: Final = "x-forwarded-host"


def origin(request: Request) -> str:
    """Return scheme, host and port, without a slash at its end.

    The scheme is what uvicorn takes from a proxy of this machine. The host that a proxy was asked for counts where it
    is a name of ours: the Host header has passed that check (api.http.hosts), and a link must not lead where a stranger
    says.
    """
    host = request.headers.get(FORWARDED, "").partition(",")[0].strip().lower()
    ours = (*OWN, *cast(tuple[str, ...], request.app.state.public_names))
    if name_of(host) not in ours:
        host = request.headers.get("host", request.url.netloc)
    return f"{request.url.scheme}://{host}"


def whole(request: Request) -> str:
    """Return the address that was asked for."""
    query = request.url.query
    return f"{origin(request)}{request.url.path}{f'?{query}' if query else ''}"
