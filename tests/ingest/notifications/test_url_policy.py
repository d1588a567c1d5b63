"""Which addresses may be used: known services, and no host inside the network, also not by a detour."""

import socket
import threading
from collections.abc import Sequence
from contextlib import closing

import pytest

from ingest.notifications import BadAddress, by_apprise, by_pager, url_policy
from tests.ingest.notifications.web import Web, serving

REFUSED = {
    "loopback": "json://127.0.0.1:8080/x",
    "loopback by name": "json://localhost/x",
    "IPv6 loopback": "json://[::1]/x",
    "the cloud's own": "json://169.254.169.254/latest/meta-data",
    "a private network": "mailto://u:p@10.0.0.5",
    "behind a public name": "mailto://u:p@example.org?smtp=192.168.1.1",
    "a number as host": "json://2130706433/",
    "a program": "exec://rm",
    "the file system": "file:///etc/passwd",
    "an attachment": "mailto://u:p@example.org?attach=file:///etc/passwd",
    "no host": "json://",
    "a bracket that stays open": "json://[::1",
    "no IPv6 address in brackets": "json://[example]/",
    "control characters": "json://example.org/\n",
    "too long": "json://example.org/" + "x" * 600,
}


def is_allowed(address: str, hosts: Sequence[str] = ()) -> bool:
    """Whether the guard lets an address pass."""
    try:
        url_policy.check(address, hosts)
    except BadAddress:
        return False
    return True


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    """Each is refused with a sentence (names: OWASP's list of cases of server-side request forgery)."""
    with pytest.raises(BadAddress):
        url_policy.check(REFUSED[name])


def test_what_the_operator_allows() -> None:
    """A mail relay inside the network is used when the settings name it, and only that one."""
    assert is_allowed("mailto://u:p@127.0.0.1:2525", ["127.0.0.1"])
    with pytest.raises(BadAddress, match="inside the network"):
        url_policy.check("mailto://u:p@10.0.0.5", ["127.0.0.1"])


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/ping",  # without TLS
        "https://",
        "ftp://example.org/ping",
        "json://example.org/ping",
        "https://example.org/" + "x" * 600,
        "https://example.org/\n",
    ],
)
def test_what_is_no_web_address(address: str) -> None:
    """A heartbeat goes by https to a host that is named."""
    with pytest.raises(BadAddress):
        url_policy.check_web(address, [])


def test_a_web_address_of_the_site() -> None:
    """Inside the network the operator's word is needed, and then it may go without TLS."""
    assert url_policy.check_web("http://127.0.0.1:8000/ping", ["127.0.0.1"]) == "127.0.0.1"
    assert url_policy.check_web("https://hc.example.org/ping/1", []) == "hc.example.org"
    with pytest.raises(BadAddress, match="inside the network"), url_policy.only_hosts(["127.0.0.1"], []):
        pass


def test_a_public_address_and_a_hosted_service() -> None:
    """An address on the public internet (Quad9's, 9.9.9.9) and a service whose host apprise knows."""
    assert is_allowed("json://9.9.9.9/hook")
    assert is_allowed("tgram://123456789:abcdefg_hijklmnop/12315544/")


INSIDE = [
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "fd00::1",
    "fe80::1%eth0",
    "db.internal",
    "",
]


@pytest.mark.parametrize("host", INSIDE)
def test_what_is_not_on_the_public_internet(host: str) -> None:
    """Blocks of IANA's special-purpose registries, IPv4 inside of IPv6 (RFC 4291, 6052, 3056), and no address."""
    assert not url_policy.is_public(host)
    assert url_policy.is_public("9.9.9.9") and url_policy.is_public("2620:fe::fe")


def test_a_redirect_into_the_network_is_refused() -> None:
    """A host that may be used sends on to one that may not: that one hears nothing, and the attempt says why."""
    send = by_apprise(["127.0.0.1"])
    with serving(Web("127.0.0.2")) as secret, serving(Web("127.0.0.1", secret.url)) as hook:
        error = send(f"json://127.0.0.1:{hook.server_port}/", "subject", "body")

    assert (hook.asked, secret.asked) == (["/"], [])
    assert "127.0.0.2, which is inside the network" in error


def test_a_host_that_the_operator_allows_is_reached() -> None:
    """Without a redirect the same hook takes the notification."""
    with serving(Web("127.0.0.1")) as hook:
        assert by_apprise(["127.0.0.1"])(f"json://127.0.0.1:{hook.server_port}/", "subject", "body") == ""
    assert hook.asked == ["/"]


def test_in_a_drill_nobody_is_told_but_by_its_pager() -> None:
    """The pager takes it, marked as a drill; a mail server of this machine, a service outside and another port do not,
    and a redirect of the pager leads nowhere. The control: outside of a drill the other port is told."""
    with (
        serving(Web("127.0.0.1")) as pager,
        serving(Web("127.0.0.1")) as other,
        serving(Web("127.0.0.1", other.url)) as led,
    ):
        place = f"127.0.0.1:{pager.server_port}"
        told = by_pager(place)
        said = told(f"json://{place}/Ana", "RED", "body")
        elsewhere = (
            f"json://127.0.0.1:{other.server_port}/",
            f"mailto://127.0.0.1:{other.server_port}?to=a@example.org&from=b@example.org",
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
            f"json://{place}@127.0.0.1:{other.server_port}/",
        )
        refused = {told(address, "RED", "body") for address in elsewhere}
        redirected = by_pager(f"127.0.0.1:{led.server_port}")(f"json://127.0.0.1:{led.server_port}/", "RED", "body")
        asked_of_it = list(other.asked)
        control = by_apprise(["127.0.0.1"])(elsewhere[0], "RED", "body")

    assert (said, pager.asked) == ("", ["/Ana"])
    assert refused == {"this is a drill: nobody is told but by its pager"}
    assert asked_of_it == [] and "not the pager of this drill" in redirected
    assert control == "" and other.asked == ["/"]


def test_a_name_that_means_another_address_by_then_reaches_nothing() -> None:
    """Each connection is looked at, TCP and UDP, whatever the look at the name said; other threads go on.

    That is what a rebinding name server does: public at the look, inside at the connection.
    """
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.socket(type=socket.SOCK_DGRAM)) as udp,
    ):
        port = server.getsockname()[1]
        elsewhere = threading.Thread(target=lambda: socket.create_connection(("127.0.0.1", port), 5).close())
        with url_policy.only("json://9.9.9.9/hook", ["127.0.0.1"]) as reach:
            with pytest.raises(PermissionError):
                socket.create_connection(("127.0.0.1", port), 5)
            with pytest.raises(PermissionError):
                udp.sendto(b"x", ("127.0.0.1", port))
            elsewhere.start()
            server.settimeout(5)
            server.accept()[0].close()
            elsewhere.join()
        socket.create_connection(("127.0.0.1", port), 5).close()

    assert "127.0.0.1, which is inside the network" in reach.refused
