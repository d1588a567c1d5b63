"""SDI-12 against a sensor written from the standard, on a pseudo-terminal: only what its CRC covers is a value."""

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from edge_agent.receive.receivers import sdi12
from edge_agent.receive.receivers.sdi12 import Sensor, Settings
from tests.edge_agent.place import Line
from tests.edge_agent.world import World, wait_until

PH, TEMPERATURE = "n01:pond.level", "n01:baro.pressure"
ANSWER_S = 0.3
"""Many times what a busy machine needs for an answer: where none comes it is waited for in vain."""


class Instrument:
    """A sensor at address 0 after SDI-12 1.4: answers a command that ends in `!`, asks for service when it is ready."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.answers = {"0MC!": "00003", "0D0!": "0+3.14-2", "0D1!": "0+960.75"}
        self.crc_of: Callable[[str], str] = reference_crc
        self.change: Callable[[bytes, int], bytes] = lambda said, asked: said
        self.heard: list[str] = []
        self.service_after_s: float | None = None
        self.late_s = 0.0
        self._is_closed = False
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._is_closed = True
        self._thread.join()

    def _live(self) -> None:
        command = ""
        while not self._is_closed:
            if not select.select([self.line.ours], [], [], 0.02)[0]:
                continue
            command += os.read(self.line.ours, 64).decode("ascii")
            if command.endswith("!"):
                self._answer(command)
                command = ""

    def _answer(self, command: str) -> None:
        self.heard.append(command)
        text = self.answers.get(command)
        if text is None:
            return  # a sensor does not answer what it does not know
        if command[1] == "D":
            text += self.crc_of(text)
        said = self.change(text.encode() + b"\r\n", self.heard.count(command))
        if self.late_s:
            threading.Timer(self.late_s, os.write, (self.line.ours, said)).start()
        else:
            os.write(self.line.ours, said)
        if command[1] == "M" and self.service_after_s is not None:
            time.sleep(self.service_after_s)
            os.write(self.line.ours, b"0\r\n")


def reference_crc(text: str) -> str:
    """By the flow chart of section 4.4.12, bit by bit (a second implementation, without shifts of whole words)."""
    bits = [0] * 16
    for char in text:
        bits = [bit ^ (ord(char) >> place & 1) for place, bit in enumerate(bits)]
        for _ in range(8):
            lowest, bits = bits[0], [*bits[1:], 0]
            if lowest:
                for place in (0, 13, 15):
                    bits[place] ^= 1
    groups = [bits[12:16], bits[6:12], bits[0:6]]
    return "".join(chr(64 + sum(bit << place for place, bit in enumerate(group))) for group in groups)


@pytest.fixture
def instrument(tmp_path: Path) -> Iterator[Instrument]:
    made = Instrument(Line(tmp_path))
    yield made
    made.close()


def line_of(instrument: Instrument, every_s: float, sensor: Sensor) -> Settings:
    """A pseudo-terminal has eight bits and no parity."""
    return Settings(str(instrument.line.port), every_s, (sensor,), data_bits=8, parity="N", answer_s=ANSWER_S)


def asked(instrument: Instrument, command: str = "MC", answer_s: float = 5) -> list[tuple[float | None, str | None]]:
    sensor = Sensor("0", (PH, "", TEMPERATURE), command)
    settings = msgspec.structs.replace(line_of(instrument, 60, sensor), answer_s=answer_s)
    return [(one.value, one.missing) for one in sdi12.ask_all(settings)]


def test_the_crc_is_that_of_the_standard() -> None:
    """The example of section 4.4.12: 0+3.14 is followed by OqZ."""
    assert sdi12.crc("0+3.14") == reference_crc("0+3.14") == "OqZ"


def test_a_measurement_is_read_page_by_page(instrument: Instrument) -> None:
    """Values in their order, one left out, until as many have come as the sensor promised."""
    assert asked(instrument) == [(3.14, None), (960.75, None)]
    assert instrument.heard == ["0MC!", "0D0!", "0D1!"]


def test_a_service_request_ends_the_waiting(instrument: Instrument) -> None:
    """Long before the time that the sensor asked for."""
    instrument.answers["0MC!"], instrument.service_after_s = "00303", 0.1
    begun_s = time.monotonic()

    assert asked(instrument) == [(3.14, None), (960.75, None)]
    assert time.monotonic() - begun_s < 20


def test_a_sensor_without_crc_is_read_when_it_is_said(instrument: Instrument) -> None:
    """The command M, and concurrent measurement with two digits for the number of values."""
    instrument.answers |= {"0M!": "00003", "0C!": "000003"}
    instrument.crc_of = lambda text: ""

    assert asked(instrument, "M") == asked(instrument, "C") == [(3.14, None), (960.75, None)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda said, _: b"", "timeout"),
        (lambda said, _: said.replace(b"3.14", b"8.14"), "crc"),
        (lambda said, _: said[:-3], "garbled"),
        (lambda said, _: b"1" + said[1:], "wrong-address"),
        (lambda said, _: b"\xff\x7f\x03" * 4, "garbled"),
        (lambda said, _: said.replace(b"0000", b"0xx0"), "garbled"),
        (lambda said, _: said.replace(b"00003", b"00001"), "too-few-values"),
        (lambda said, _: said.replace(b"00003", b"09993"), "too-slow"),
    ],
    ids=["silent", "wrong CRC", "cut short", "address clash", "noise", "garbled", "too few", "too slow"],
)
def test_what_goes_wrong_is_missing_and_never_a_value(
    instrument: Instrument, change: Callable[[bytes, int], bytes], reason: str
) -> None:
    """With its reason, for every value of the sensor."""
    instrument.change = change

    assert asked(instrument, answer_s=ANSWER_S) == [(None, reason)] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda said, asked: b"" if asked < 3 else said,
        lambda said, asked: said.replace(b"3.14", b"8.14") if asked < 3 else said,
        lambda said, asked: b"\0\0" + said,
    ],
    ids=["late", "disturbed twice", "nulls of the break"],
)
def test_three_tries_bring_it_through(instrument: Instrument, change: Callable[[bytes, int], bytes]) -> None:
    """A disturbance that passes costs nothing."""
    instrument.change = change

    assert asked(instrument, answer_s=ANSWER_S) == [(3.14, None), (960.75, None)]


@pytest.mark.parametrize("late", ["0MC!", "0D0!"])
def test_an_answer_that_comes_late_is_nobodys(instrument: Instrument, late: str) -> None:
    """A page of values must not be taken for the next, though its CRC is right: what is late is heard and dropped."""

    def change(said: bytes, _: int) -> bytes:
        instrument.late_s = 0.55 if instrument.heard[-1] == late else 0.0
        return said

    instrument.change = change
    assert asked(instrument, answer_s=ANSWER_S) == [(None, "timeout")] * 2

    instrument.change, instrument.late_s = lambda said, _: said, 0.0

    assert asked(instrument) == [(3.14, None), (960.75, None)]


def test_an_echo_of_the_adapter_is_not_the_answer(instrument: Instrument) -> None:
    """Many adapters give back what goes out on the one wire."""
    instrument.change = lambda said, _: instrument.heard[-1].encode() + said

    assert asked(instrument) == [(3.14, None), (960.75, None)]


def test_an_adapter_that_is_not_there_is_missing(instrument: Instrument) -> None:
    """Until it is plugged in again."""
    instrument.line.port.rename(instrument.line.port.with_name("elsewhere"))
    assert asked(instrument) == [(None, "no-connection")] * 2
    instrument.line.port.with_name("elsewhere").rename(instrument.line.port)

    assert asked(instrument) == [(3.14, None), (960.75, None)]


def test_the_whole_agent_polls(world: World, instrument: Instrument) -> None:
    """A value (in hPa; the sensor gives Pa) and, when the sensor falls silent, a missing one with its fault arrive."""
    centre = world.centre()
    sensor = Sensor("0", ("", "", TEMPERATURE), units={TEMPERATURE: "Pa"})
    instrument.answers["0D1!"] = "0+96075"
    with world.agent(receivers=(line_of(instrument, 1, sensor),)):
        wait_until(lambda: centre.observations(), "an observation")
        instrument.answers = {}
        wait_until(lambda: any(one.faults for one in list(centre.batches.values())), "a fault")
    centre.close()

    rows = centre.observations().values()
    assert {(row.name, row.value, row.missing) for row in rows} == {
        (TEMPERATURE, 960.75, None),
        (TEMPERATURE, None, "timeout"),
    }
