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


class Secure:
    """TLS for the links of a node.

    Its context is made when the node starts: it takes 3 kB of heap in one piece, and later there may be none.
    """

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file
        self._context: tls.SSLContext | None = None
        try:
            self._trust()
        except LinkDown:  # tried again, and told, when a link is wanted
            pass

    def wrap(self, sock: "socket.socket", host: str) -> "socket.socket":
        """The connected socket `sock` as a TLS one that never blocks; raises LinkDown, or OSError of the line."""
        try:
            secured: socket.socket = self._trust().wrap_socket(sock, server_hostname=host)
        except ValueError as error:
            self._context = None  # `ca_file` is read again: somebody may bring the right one
            raise LinkDown(_meaning(str(error), host))
        secured.setblocking(False)
        return secured

    def _trust(self) -> "tls.SSLContext":
        if self._context is None:
            context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
            context.verify_mode = tls.CERT_REQUIRED  # pyright: ignore[reportAttributeAccessIssue]
            try:
                with open(self._ca_file, "rb") as file:
                    context.load_verify_locations(file.read())
            except (OSError, ValueError) as error:
                raise LinkDown("ca_file %s: %r" % (self._ca_file, error))
            self._context = context
        return self._context


def _meaning(said: str, host: str) -> str:
    for part, meaning in _TROUBLE:
        if part in said:
            return "the certificate of %s %s" % (host, meaning)
    return "the certificate of %s is refused: %s" % (host, said.strip())
