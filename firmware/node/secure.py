"""Secure: TLS around the socket of a link, with the broker's certificate checked against the site's authority.

Loaded only where `node.json` names a `ca_file`; a node without one pays nothing for it. The port's own `tls` module
(Mbed TLS) checks signature, host name and, where the port has a clock for it, the dates.
"""

import tls

from .link import LinkDown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

# What Mbed TLS 3.6 says of a certificate on the VM, and what a person can do about it.
_TROUBLE = (
    ("not correctly signed", "is not of the authority in ca_file; provision the node again, or copy the site's ca.der"),
    ("has expired", "has expired; run: tailwatch pki renew"),
    ("in the future", "is not valid yet; is the node's clock right?"),
    ("does not match", "is not for this host; use a name that is in it, or run: tailwatch pki issue --host NAME"),
)


def wrap(sock: "socket.socket", host: str, ca_file: str) -> "socket.socket":
    """The connected socket `sock` as a TLS one that never blocks; raises LinkDown, or OSError of the line."""
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED  # pyright: ignore[reportAttributeAccessIssue]
    try:
        with open(ca_file, "rb") as file:
            context.load_verify_locations(file.read())
    except (OSError, ValueError) as error:
        raise LinkDown("ca_file %s: %r" % (ca_file, error))
    try:
        secured: socket.socket = context.wrap_socket(sock, server_hostname=host)
    except ValueError as error:
        raise LinkDown(_meaning(str(error), host))
    secured.setblocking(False)
    return secured


def _meaning(said: str, host: str) -> str:
    for part, meaning in _TROUBLE:
        if part in said:
            return "the certificate of %s %s" % (host, meaning)
    return "the certificate of %s is refused: %s" % (host, said.strip())
