"""The address under which a client sees this api: behind a proxy, the proxy's."""

from __future__ import annotations

from typing import Final, cast

from fastapi import Request

from api.http.hosts import OWN, name_of

PREFIX: Final = "/sta/v1.1"
SCHEMES: Final = ("http", "https")


def root(request: Request) -> str:
    """Return the address of the service, without a slash at its end.

    X-Forwarded-Proto and X-Forwarded-Host count, the latter for a name that is ours: the Host header has passed that
    check (api.http.hosts), and a link must not lead where a stranger says.
    """
    scheme = _first(request, "x-forwarded-proto")
    host = _first(request, "x-forwarded-host")
    ours = (*OWN, *cast(tuple[str, ...], request.app.state.public_names))
    return "{}://{}{}".format(
        scheme if scheme in SCHEMES else request.url.scheme,
        host if host and name_of(host) in ours else request.headers.get("host", request.url.netloc),
        PREFIX,
    )


def _first(request: Request, header: str) -> str:
    return request.headers.get(header, "").partition(",")[0].strip().lower()
