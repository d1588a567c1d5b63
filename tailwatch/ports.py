"""Free ports on the loopback address, remembered from one start to the next."""

import socket
from pathlib import Path
from typing import Final

import msgspec

from tailwatch.secrets import write_private

LOOPBACK: Final = "127.0.0.1"
ANSWER_WITHIN_S: Final = 1.0


class PortTaken(Exception):
    """The port the operator asked for is in use; another one must be chosen."""


def free_port() -> int:
    """Return a TCP port that nothing listens on, and that the system gives to nobody else for the next minute.

    A call to it that is closed at this end first leaves it in TIME-WAIT (RFC 9293 3.3.2): whoever asks for any port
    gets another one, and a server that asks for this one, with SO_REUSEADDR as servers do, gets it.
    """
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        with socket.create_connection((LOOPBACK, port)), probe.accept()[0] as answer:
            answer.close()
    return port


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_listening(port: int, address: str = LOOPBACK) -> bool:
    """Say whether somebody answers on this port of an address of this machine (0.0.0.0 and ::, all, are asked too)."""
    try:
        socket.create_connection((address, port), ANSWER_WITHIN_S).close()
    except OSError:
        return False
    return True


class Ports:
    """The port of each part, kept in a file: a bookmark or a node's settings stay right after a restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._port_of = msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}

    def known(self, part: str) -> int | None:
        """Return the port that a part had at its last start; None while it had none."""
        return self._port_of.get(part)

    def port_of(self, part: str, chosen: int | None = None, usual: int | None = None) -> int:
        """Return the part's port: the chosen one, else the remembered one, else the usual one, else any free one.

        A port that another program has taken meanwhile is replaced; a chosen one that is taken raises PortTaken.
        """
        if chosen is not None and not is_free(chosen):
            raise PortTaken(f"port {chosen} is taken by another program; choose another one for the {part}")
        choices = (chosen, self._port_of.get(part), usual)
        port = next((port for port in choices if port is not None and is_free(port)), None) or free_port()
        if self._port_of.get(part) != port:
            self._port_of[part] = port
            write_private(self._file, msgspec.json.encode(self._port_of).decode())
        return port
