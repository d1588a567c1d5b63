"""A look at a server's TLS greeting: whether its certificate counts, and if not, the sentence that helps.

The program that is refused says only "certificate verify failed"; here it is said whose turn it is.
"""

import socket
import ssl
from pathlib import Path
from typing import Final

from runtime.connection_error import sentence

WITHIN_S: Final = 5.0


class NotTrusted(Exception):
    """The greeting failed; the sentence says why and what to do."""


def look(host: str, port: int, authority: Path) -> None:
    """Connect, check the server's certificate as our programs do, and leave; raise NotTrusted."""
    try:
        context = ssl.create_default_context(cafile=str(authority))
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or error
        raise NotTrusted(f"{authority} cannot be read as certificates: {why}") from error
    try:
        with socket.create_connection((host, port), WITHIN_S) as line, context.wrap_socket(line, server_hostname=host):
            return
    except OSError as error:
        raise NotTrusted(sentence(error, host, port, authority)) from error
