"""Cookies: set and read under the name that fits the line, so that no other place of a domain can put one under ours.

Over TLS a name begins with `__Host-`: a browser takes such a cookie only from this host, over TLS, for all paths
(RFC 6265bis, section 4.1.3.2; secondary). Without TLS, on this machine alone, it has its plain name.
"""

from typing import Final

from fastapi import Request, Response

SESSION: Final = "tailwatch_session"
FORM: Final = "tailwatch_form"
DEVICE: Final = "tailwatch_device"
OVER_TLS: Final = "__Host-"


def name_of(request: Request, name: str) -> str:
    """Return the name of a cookie on the line of this request."""
    return OVER_TLS + name if _is_tls(request) else name


def read(request: Request, name: str) -> str:
    """Return the value of a cookie; "" where there is none."""
    return request.cookies.get(name_of(request, name), "")


def write(answer: Response, request: Request, name: str, value: str, age_s: int) -> None:
    """Set a cookie that scripts and other sites do not get."""
    answer.set_cookie(
        name_of(request, name), value, max_age=age_s, path="/", secure=_is_tls(request), httponly=True, samesite="lax"
    )


def forget(answer: Response, request: Request, name: str) -> None:
    """Let the browser forget a cookie."""
    answer.delete_cookie(name_of(request, name), path="/", secure=_is_tls(request), httponly=True, samesite="lax")


def _is_tls(request: Request) -> bool:
    return request.scope.get("scheme") == "https"
