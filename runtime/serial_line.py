"""A serial line: opened by name, with time limits, and one set of exceptions when it is gone.

Source: pyserial 3.5, `serial_for_url`: a device, a name under /dev/serial/by-id, or hwgrep://, loop://, socket://.
"""

import termios
from typing import Any, Final, Literal, Protocol

import serial  # type: ignore[import-untyped]  # pyserial carries no types

# termios.error is no OSError: a driver that cannot do these data bits or this parity raises it.
LineDown: Final = (serial.SerialException, OSError, termios.error)
WRITE_S: Final = 5.0

Parity = Literal["N", "E", "O"]


class SerialLine(Protocol):
    """What is used of pyserial's port."""

    timeout: float | None

    @property
    def in_waiting(self) -> int: ...

    def read(self, size: int = 1) -> bytes: ...

    def write(self, data: bytes) -> int | None: ...

    def flush(self) -> None: ...

    def reset_input_buffer(self) -> None: ...

    def send_break(self, duration: float = 0.25) -> None: ...

    def close(self) -> None: ...


def open_line(port: str, baud: int, timeout_s: float, data_bits: int = 8, parity: Parity = "N") -> SerialLine:
    """Open a port; raises one of LineDown."""
    line: Any = serial.serial_for_url(
        port, baudrate=baud, bytesize=data_bits, parity=parity, timeout=timeout_s, write_timeout=WRITE_S
    )
    opened: SerialLine = line
    return opened
