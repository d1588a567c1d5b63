"""Addresses that a person gives: only known services, never a host inside the network, looked at before every use.

A server that sends to an address somebody typed can be made to ask its own neighbours (server-side request forgery).
Refused are unknown schemes, parameters that change where something goes, and hosts that resolve to an address that is
not on the public internet, unless the operator's settings allow that host. While something is sent, each of its
connections is looked at once more (`only`), so a redirect, or a name that means another address by then, gets nowhere.
"""

import ipaddress
import socket
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

HOSTED: Final = frozenset({"tgram", "slack", "msteams", "pover", "twilio", "pagerduty", "opsgenie", "signl4"})
"""Services whose host is the service's own; apprise knows it."""
OWN_HOST: Final = frozenset({"mailto", "mailtos", "json", "jsons", "ntfy", "ntfys", "gotify", "gotifys"})
WEB: Final = frozenset({"http", "https"})
MAIL: Final = frozenset({"mailto", "mailtos"})
PARAMETERS: Final = frozenset({"to", "from", "name", "smtp", "user", "pass", "mode", "priority", "topic"})
MAX_LENGTH: Final = 500
CONNECTS: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
"""Audit events of CPython that carry (socket, address)."""
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last four bytes are an IPv4 address, which may lie inside."""


class BadAddress(Exception):
    """This address may not be used; the sentence says why."""


class ConnectionReach:
    """What may be connected to while something is sent; `refused` says which address it wanted and did not get."""

    def __init__(self, is_allowed: Callable[[str, int], bool], why: str) -> None:
        self.refused = ""
        self._is_allowed, self._why = is_allowed, why

    def look(self, host: str, port: int) -> None:
        """Raise PermissionError, which every client takes for a connection that failed."""
        if not self._is_allowed(host, port):
            self.refused = f"the host leads to {host or 'a local socket'}, which is {self._why}"
            raise PermissionError(self.refused)


_reach: ContextVar[ConnectionReach | None] = ContextVar("reach", default=None)
"""Of the context, not of the thread: apprise sends in a thread of its own, with a copy of the context."""


def check_form(address: str) -> list[str]:
    """Return the hosts that it names itself, none for a hosted service; raise BadAddress for what is not known here."""
    if len(address) > MAX_LENGTH or not address.isprintable():
        raise BadAddress(f"an address has at most {MAX_LENGTH} printable characters")
    parts = _split(address)
    scheme = parts.scheme.lower()
    if scheme not in HOSTED | OWN_HOST:
        known = ", ".join(sorted(HOSTED | OWN_HOST))
        raise BadAddress(f"{scheme or 'this'} is no way to tell somebody here; known are {known}")
    query = parse_qsl(parts.query, keep_blank_values=True)
    if unknown := sorted({name for name, _ in query} - PARAMETERS):
        raise BadAddress(f"the parameter {unknown[0]} is not allowed here; known are {', '.join(sorted(PARAMETERS))}")
    if scheme in HOSTED:
        return []
    return [value for name, value in query if name == "smtp" and scheme in MAIL] or [_host(parts.hostname)]


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:
        raise BadAddress(f"this is no address: {error}") from error


def check_web(address: str, allowed_hosts: Collection[str]) -> str:
    """Return the host of a plain web address; raise BadAddress for another one, or without TLS to a host outside."""
    parts = _split(address)
    host = _host(parts.hostname)
    if len(address) > MAX_LENGTH or not address.isprintable() or parts.scheme.lower() not in WEB:
        raise BadAddress(f"a web address begins with https:// and has at most {MAX_LENGTH} printable characters")
    if parts.scheme.lower() == "http" and host not in allowed_hosts:
        raise BadAddress("use https: without it anybody on the way can answer in its place")
    return host


def check(address: str, allowed_hosts: Collection[str] = ()) -> None:
    """Raise BadAddress unless the address may be used. `allowed_hosts`: inside hosts that the operator allows."""
    check_hosts(check_form(address), allowed_hosts)


def check_hosts(hosts: Iterable[str], allowed_hosts: Collection[str]) -> None:
    """Raise BadAddress for a host inside the network that the operator does not allow, or that is not found."""
    for host in hosts:
        if host not in allowed_hosts and not all(map(is_public, _resolve(host))):
            raise BadAddress(f"the host {host} is inside the network; the operator can allow it (notification_hosts)")


@contextmanager
def only(address: str, allowed_hosts: Collection[str]) -> Iterator[ConnectionReach]:
    """While open, this context connects to the public internet and to the address's own allowed host, to nothing else.

    Raise BadAddress for an address that may not be used at all.
    """
    with only_hosts(check_form(address), allowed_hosts) as reach:
        yield reach


@contextmanager
def only_hosts(hosts: Collection[str], allowed_hosts: Collection[str]) -> Iterator[ConnectionReach]:
    """The same for hosts that were read out of an address; raise BadAddress for one that may not be reached."""
    check_hosts(hosts, allowed_hosts)
    own = {found for host in hosts if host in allowed_hosts for found in _resolve(host)}
    with _reaching(ConnectionReach(lambda host, port: host in own or is_public(host), "inside the network")) as reach:
        yield reach


@contextmanager
def only_pager(address: str, pager: str) -> Iterator[ConnectionReach]:
    """While open, this context connects to the pager of a drill and to nothing else; pager: its address and port.

    Raise BadAddress for any other address. Another port of this machine may be a mail server, which passes on.
    """
    parts = _split(address)
    if (parts.scheme.lower(), parts.netloc) != ("json", pager):
        raise BadAddress("this is a drill: nobody is told but by its pager")
    own = (parts.hostname, parts.port)
    with _reaching(ConnectionReach(lambda *place: place == own, "not the pager of this drill")) as reach:
        yield reach


@contextmanager
def _reaching(reach: ConnectionReach) -> Iterator[ConnectionReach]:
    _watch()
    token = _reach.set(reach)
    try:
        yield reach
    finally:
        _reach.reset(token)


def is_public(host: str) -> bool:
    """Whether this is an address (no name) on the public internet, and so is the IPv4 one that it may carry."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in NAT64:
            carried = ipaddress.IPv4Address(found.packed[-4:])
        if carried and not is_public(str(carried)):
            return False
    return found.is_global and not found.is_multicast


@cache
def _watch() -> None:
    """Look at every connection from now on: CPython offers no way to take an audit hook away."""
    sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTS and (reach := _reach.get()) is not None:
        where = arguments[1]
        reach.look(*((str(where[0]), int(where[1])) if isinstance(where, tuple) else ("", 0)))


def _host(host: str | None) -> str:
    if not host:
        raise BadAddress("the address names no host")
    return host


def _resolve(host: str) -> set[str]:
    try:
        return {str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise BadAddress(f"the host {host} cannot be found") from error
