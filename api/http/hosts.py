"""Refuses requests for a host that is not ours, so that no page reaches us under a name of its own (DNS rebinding).

A page of another site whose name is made to mean this machine is of the same origin as our answers to a browser; the
name that it asks for in the Host header (RFC 9110, section 7.2) tells it. Allowed are this machine's own names, the
address that the api listens at, and `public_names` of its settings.
"""

import re
from collections.abc import Iterable
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import errors
from runtime.log import log_of

OWN: Final = ("127.0.0.1", "localhost", "::1")
EVERY_ADDRESS: Final = ("0.0.0.0", "::")
HOST: Final = re.compile(r"(?:\[(?P<ip6>[0-9a-fA-F:.]+)\]|(?P<name>[^:\[\]]+))(?::\d{1,5})?")
TITLE: Final = "This host is not ours"
MISDIRECTED: Final = 421

tell = log_of(__name__)


class Hosts:
    """The layer that looks at the Host header before anything else does."""

    def __init__(self, app: ASGIApp, listens_at: str, public_names: Iterable[str]) -> None:
        self.app = app
        listened = () if listens_at in EVERY_ADDRESS else (listens_at,)
        self._allowed = {name.lower().rstrip(".") for name in (*OWN, *listened, *public_names)}
        self._is_told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"]
        if scope["type"] != "http" or (len(given) == 1 and name_of(given[0]) in self._allowed):
            await self.app(scope, receive, send)
            return
        host = errors.shown(", ".join(given)) if given else "no host"
        if not self._is_told:  # once: who asks like this can ask often
            tell("WARNING", "host-refused", host=host, setting="public_names")
            self._is_told = True
        detail = (
            f"This request is for {host}, a name that this server does not have. If it should, add the name to"
            " public_names in the settings of the api (api.toml; `tailwatch up --public-name`) and start it again."
        )
        answer = errors.answer(Request(scope), MISDIRECTED, "host-refused", TITLE, detail, field="host")
        await answer(scope, receive, send)


def name_of(host: str) -> str:
    """Return name or address of a Host header, without port, in small letters; "" for what is none."""
    found = HOST.fullmatch(host.strip())
    return "" if found is None else (found["ip6"] or found["name"]).lower().rstrip(".")
