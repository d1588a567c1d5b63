"""SDI-12 instruments polled through a serial adapter that passes characters and the break on to the data line.

An answer that has not come in time is not taken any more, as long as it is not late by more than twice `answer_s`.
Per sensor: start a measurement, wait for its service request or the time it asked for, fetch the data with its CRC.
Commands without C have no CRC, and a number that the line has changed cannot be told from a right one: use them only
for sensors that know no other.
Source (secondary, the standard itself was not opened): SDI-12 version 1.4 as its users' libraries and makers' manuals
give it: commands, CRC, timing, retries.
"""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Annotated, Final, Literal

import msgspec

from edge_agent.receive.poller import PolledReading, Poller
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.serial_line import LineDown, Parity, SerialLine, open_line
from toml_file.nearest import hint

BREAK_S: Final = 0.015  # at least 12 ms
MARK_S: Final = 0.010  # at least 8.33 ms
TRIES: Final = 3
MAX_ANSWER: Final = 96  # address, 75 characters of values, CRC, line end
PAGES: Final = 10
CRC_CHARS: Final = 3
QUIET_READS: Final = 2  # silences behind a failed answer: one that comes late must not be taken for the next
MOST_READS: Final = 20

ATTN = re.compile(r"(\d{3})(\d{1,2})")
VALUES = re.compile(r"(?:[+-](?:\d+\.?\d*|\.\d+))+")
VALUE = re.compile(r"[+-][\d.]+")


class ReadFailed(Exception):
    """No value came of it; `reason` is the slug of the missing reading, `text` what happened."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason, self.text = reason, text


class Sensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sensor; `datastreams` take its values in their order, an empty name leaves one out."""

    address: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]$")]
    """Its address on the data line, one character."""
    datastreams: tuple[str, ...]
    """The raw datastreams that its values become, in their order; an empty name leaves a value out."""
    command: Annotated[str, msgspec.Meta(pattern="^[MC]C?[1-9]?$")] = "MC"
    """What starts a measurement: M, or C where all sensors measure at once; with a second C its data have a CRC."""
    units: dict[str, str] = {}
    """For each datastream whose unit is not the sensor's, the UCUM unit that the sensor gives."""

    def __post_init__(self) -> None:
        if strangers := self.units.keys() - set(self.datastreams):
            name = min(strangers)
            near = hint(name, self.datastreams)
            raise ValueError(f"sensor {self.address}: units: {name!r} is none of its datastreams{near}")

    @property
    def has_crc(self) -> bool:
        """Whether its data carry a CRC."""
        return self.command[1:2] == "C"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sdi12"):
    """One data line. `answer_s`: how long a silence ends an answer (15 ms on the line, and what the adapter adds).

    SDI-12 itself is 1200 baud 7E1; some adapters speak otherwise with the gateway.
    """

    port: str
    """The adapter: a name under /dev/serial/by-id, or a pyserial URL such as hwgrep://."""
    every_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    """How often all sensors are asked, at round times."""
    sensors: tuple[Sensor, ...]
    """The sensors of the line, each with an address of its own."""
    baud: int = 1200
    """How fast the adapter speaks with the gateway."""
    data_bits: Literal[7, 8] = 7
    """Its data bits."""
    parity: Parity = "E"
    """Its parity: none, even or odd."""
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=5)] = 0.15
    """How long a silence ends an answer: 15 ms on the line, and what the adapter adds."""
    max_wait_s: Annotated[float, msgspec.Meta(gt=0, le=999)] = 120.0
    """How long a sensor may take for a measurement; one that asks for longer is not read."""

    def __post_init__(self) -> None:
        addresses = [one.address for one in self.sensors]
        if not addresses or len(set(addresses)) != len(addresses):
            raise ValueError("sensors: at least one, each with an address of its own")

    def feeds(self) -> dict[str, str]:
        """Place of the value -> datastream."""
        return {
            f"sensor {sensor.address} value {at}": name
            for sensor in self.sensors
            for at, name in enumerate(sensor.datastreams, 1)
            if name
        }

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit that its sensor gives, where that is another."""
        return {name: unit for sensor in self.sensors for name, unit in sensor.units.items()}


def open(settings: Settings, place: ReceiverContext) -> Poller:
    """Begin to poll."""
    name = f"sdi12 {settings.port}"
    return Poller(name, settings.every_s, partial(ask_all, settings), place, settings.said_units())


def ask_all(settings: Settings) -> list[PolledReading]:
    """Ask every sensor of the line; the port is opened for each round, so that an adapter may be pulled out between."""
    try:
        opened = open_line(settings.port, settings.baud, settings.answer_s, settings.data_bits, settings.parity)
        with closing(opened) as line:
            bus = Bus(line, settings.max_wait_s)
            return [asked for sensor in settings.sensors for asked in ask(bus, sensor)]
    except LineDown as error:
        failed = ReadFailed("no-connection", str(error))
        return [asked for sensor in settings.sensors for asked in _missing(sensor, failed)]


def ask(bus: "Bus", sensor: Sensor) -> list[PolledReading]:
    """The values of one sensor; whatever goes wrong makes all of them missing."""
    try:
        values = bus.measure(sensor)
    except ReadFailed as error:
        return _missing(sensor, error)
    return [PolledReading(name, value) for name, value in zip(sensor.datastreams, values, strict=False) if name]


class Bus:
    """The data line: one command and its answer at a time."""

    def __init__(self, line: SerialLine, max_wait_s: float) -> None:
        self._line, self._max_wait_s = line, max_wait_s
        self._answer_s = line.timeout

    def measure(self, sensor: Sensor) -> Sequence[float]:
        """At least as many values as the sensor has datastreams. Raises ReadFailed."""
        wanted, address = len(sensor.datastreams), sensor.address
        answer = self._ask(address, sensor.command, _plain)
        found = ATTN.fullmatch(answer)
        if found is None:
            raise ReadFailed("garbled", f"answer {answer!r} to {sensor.command}")
        wait_s, promised = int(found[1]), int(found[2])
        if promised < wanted:
            raise ReadFailed("too-few-values", f"promises {promised} of {wanted}")
        self._wait(address, wait_s, is_concurrent=sensor.command[0] == "C")
        values: list[float] = []
        for page in range(PAGES):
            text = self._ask(address, f"D{page}", _checked if sensor.has_crc else _plain)
            values += _values(text)
            if len(values) >= promised:
                return values
        raise ReadFailed("too-few-values", f"gave {len(values)} of {promised}")

    def _ask(self, address: str, command: str, body_of: Callable[[str], str]) -> str:
        """What stands behind the address in the answer; three tries, as the standard has it."""
        failed = ReadFailed("timeout", "no answer")
        for _ in range(TRIES):
            try:
                return self._ask_once(address, command, body_of)
            except ReadFailed as error:
                failed = error
                self._hear_out()
        raise failed

    def _hear_out(self) -> None:
        """Drop what still comes: a late page of values has a right CRC, and nothing in it says which page it is."""
        quiet = 0
        for _ in range(MOST_READS):
            quiet = 0 if self._line.read(MAX_ANSWER) else quiet + 1
            if quiet == QUIET_READS:
                return

    def _ask_once(self, address: str, command: str, body_of: Callable[[str], str]) -> str:
        sent = f"{address}{command}!".encode()
        self._line.reset_input_buffer()
        self._line.send_break(BREAK_S)
        time.sleep(MARK_S)
        self._line.write(sent)
        self._line.flush()
        heard = self._listen(sent)
        if not heard:
            raise ReadFailed("timeout", f"no answer to {command}")
        text = _text(heard, command)
        if text[0] != address:
            raise ReadFailed("wrong-address", f"{text[0]!r} answers in the place of {address!r}")
        return body_of(text)

    def _listen(self, sent: bytes = b"") -> bytes:
        """What comes until a line end or a silence; without nulls of the break, and without the adapter's echo."""
        heard = b""
        while len(heard) < MAX_ANSWER and not heard.endswith(b"\r\n"):
            more = self._line.read(1)
            if not more:
                break
            heard = (heard + more).lstrip(b"\0").removeprefix(sent or b"\0")
        return heard

    def _wait(self, address: str, wait_s: int, is_concurrent: bool) -> None:
        """Until the sensor asks for service, or its time is over."""
        if wait_s > self._max_wait_s:
            raise ReadFailed("too-slow", f"asks for {wait_s} s, max_wait_s is {self._max_wait_s}")
        until_s = time.monotonic() + wait_s
        if is_concurrent:
            time.sleep(wait_s)
        while not is_concurrent and time.monotonic() < until_s:
            if self._listen() == f"{address}\r\n".encode():
                return


def crc(text: str) -> str:
    """The three characters behind `text`: CRC-16 (reversed polynomial 0xA001, from 0), six bits each from 0x40."""
    value = 0
    for char in text:
        value ^= ord(char)
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return "".join(chr(0x40 | value >> shift & 0x3F) for shift in (12, 6, 0))


def _text(heard: bytes, command: str) -> str:
    line = heard.removesuffix(b"\r\n")
    if line == heard or not line or not all(32 <= char < 127 for char in line):
        raise ReadFailed("garbled", f"answer {heard!r} to {command}")
    return line.decode("ascii")


def _plain(text: str) -> str:
    return text[1:]


def _checked(text: str) -> str:
    body, found = text[:-CRC_CHARS], text[-CRC_CHARS:]
    if not body or crc(body) != found:
        raise ReadFailed("crc", f"answer {text!r}")
    return body[1:]


def _values(text: str) -> list[float]:
    if not text:
        return []
    if VALUES.fullmatch(text) is None:
        raise ReadFailed("garbled", f"values {text!r}")
    return [float(value) for value in VALUE.findall(text)]


def _missing(sensor: Sensor, error: ReadFailed) -> list[PolledReading]:
    text = f"SDI-12 sensor {sensor.address}: {error.text}"[:200]
    return [PolledReading(name, None, error.reason, text) for name in sensor.datastreams if name]
