"""Of the pages as they answer: which hosts, cookies and HSTS a browser gets, here and at the address of persons."""

import http.client
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from tailwatch.doctor.checkup import Checkup
from tailwatch.ports import LOOPBACK, is_listening

WITHIN_S: Final = 10.0
STRANGE_HOST: Final = "doctor.invalid"
"""No name of anybody (RFC 6761, section 6.4)."""
LOGIN: Final = "/login"
PAGES_COOKIE: Final = "tailwatch_"
"""In the name of each cookie of the pages; what a proxy itself answers has none."""
LEAST_HSTS_S: Final = 31_536_000
MAX_AGE: Final = re.compile(r'max-age\s*=\s*"?(\d+)', re.IGNORECASE)
OVER_TLS: Final = {"X-Forwarded-Proto": "https"}
"""What a reverse proxy on this machine says of a caller who came by TLS."""
PROXY: Final = 'the proxy must pass Host and X-Forwarded-Proto on: docs/operating/centre.md, "A centre on the network"'


class Answer(NamedTuple):
    """What an address answers; the names of headers are in small letters."""

    status: int
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


def look(state: Path, address: str | None) -> Iterator[Checkup]:
    """Look at the api of a state folder, where it runs, and at the address by which persons open the pages."""
    file = state / "ports.json"
    port = msgspec.json.decode(file.read_bytes(), type=dict[str, int]).get("api") if file.exists() else None
    if port is not None and is_listening(port):
        yield from judge(f"http://{LOOPBACK}:{port}", None, OVER_TLS)
    if address is not None:
        authority = state / "pki" / "ca.crt"
        yield from judge(address, authority if authority.exists() else None, {})


def judge(address: str, authority: Path | None, headers: dict[str, str]) -> Iterator[Checkup]:
    """Judge what an address answers to a person at a browser, and to one who was led to it by another name."""
    try:
        login = ask(address, authority, headers)
        strange = ask(address, authority, headers | {"Host": STRANGE_HOST})
    except (OSError, http.client.HTTPException) as error:
        says = f"does not answer ({error})"
        yield Checkup("page-hosts", address, "fault", says, "start tailwatch up or its units, or correct the address")
        return
    yield hosts(address, strange)
    is_tls = address.startswith("https:") or bool(headers)
    yield from cookies(address, login, is_tls)
    yield hsts(address, login, is_tls)


def hosts(address: str, strange: Answer) -> Checkup:
    """Find pages that answer under a name that is not theirs: a page outside could then read them (DNS rebinding)."""
    if any(PAGES_COOKIE in one for one in strange.all("set-cookie")):
        fix = "public_names names the hosts of the pages and no others; proxy_set_header Host $host; at the proxy"
        return Checkup("page-hosts", address, "fault", f"answers for {STRANGE_HOST} with {strange.status}", fix)
    return Checkup("page-hosts", address, "good", f"answers for its own names ({strange.status} for another)")


def cookies(address: str, login: Answer, is_tls: bool) -> Iterator[Checkup]:
    """Find cookies that a script, another site, or the line without TLS gets; draft RFC 6265bis, section 4.1.3.2."""
    given = login.all("set-cookie")
    needed = ["HttpOnly", "SameSite", *(["Secure"] if is_tls else [])]
    faults = []
    for name, flags in map(_cookie, given):
        faults += [f"{name} is not {flag}" for flag in needed if flag.lower() not in flags]
        if is_tls and not name.startswith("__Host-"):
            faults.append(f"{name} is not __Host-")
    if not given:
        faults = [f"{LOGIN} answers {login.status} and gives no cookie"]
    for fault in faults:
        yield Checkup("page-cookies", address, "fault", fault, PROXY)
    if not faults:
        yield Checkup("page-cookies", address, "good", f"{', '.join(needed)}{', __Host-' if is_tls else ''}")


def hsts(address: str, login: Answer, is_tls: bool) -> Checkup:
    """Find pages over TLS that let a browser come back without; RFC 6797."""
    if not is_tls:
        fix = f"a reverse proxy with TLS, and its https address here; {PROXY}"
        return Checkup("page-hsts", address, "warning", "has no TLS: passwords can be read on the way", fix)
    found = MAX_AGE.search(";".join(login.all("strict-transport-security")))
    age_s = int(found[1]) if found else 0
    if age_s < LEAST_HSTS_S:
        return Checkup("page-hsts", address, "fault", "lets a browser come back without TLS (no HSTS)", PROXY)
    return Checkup("page-hsts", address, "good", f"HSTS for {age_s // 86_400} days")


def ask(address: str, authority: Path | None, headers: dict[str, str]) -> Answer:
    """Get the page of login from an address; raises OSError or HTTPException."""
    parts = urlsplit(address)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        if authority is not None:
            context.load_verify_locations(authority)
        connection = http.client.HTTPSConnection(parts.netloc, timeout=WITHIN_S, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=WITHIN_S)
    try:
        connection.request("GET", parts.path.rstrip("/") + LOGIN, headers=headers)
        answer = connection.getresponse()
        return Answer(answer.status, [(name.lower(), value) for name, value in answer.getheaders()])
    finally:
        connection.close()


def _cookie(line: str) -> tuple[str, set[str]]:
    """The name of a cookie and its flags, in small letters."""
    pair, *rest = line.split(";")
    return pair.partition("=")[0].strip(), {one.partition("=")[0].strip().lower() for one in rest}
