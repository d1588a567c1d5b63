"""Modbus against pymodbus' own server, over TCP and pseudo-terminals: what goes wrong is missing, never a value."""

import asyncio
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from edge_agent.receive.receivers import modbus
from edge_agent.receive.receivers.modbus import Register, Settings
from tailwatch.ports import free_port
from tests.edge_agent.place import Cable, Log, place, taken
from tests.edge_agent.world import RECEIVED_MS, World, wait_until

BATTERY, BARO, POND = "n01:battery.voltage", "n01:baro.pressure", "n01:pond.level"
DEVICE = SimDevice(
    3,
    [
        SimData(0, values=[1234], datatype=DataType.INT16),
        SimData(1, values=[-12], datatype=DataType.INT16),
        SimData(2, values=[960.75], datatype=DataType.FLOAT32),
        SimData(4, values=[math.nan], datatype=DataType.FLOAT32),
        SimData(6, values=[70_000], datatype=DataType.UINT32),
        SimData(8, values=[1e308], datatype=DataType.FLOAT64),
        SimData(12, values=[-9999.9], datatype=DataType.FLOAT32),
    ],
)


@contextmanager
def serving(make: Callable[[], ModbusTcpServer | ModbusSerialServer]) -> Iterator[None]:
    """pymodbus' server in a thread of its own."""
    loop, made = asyncio.new_event_loop(), list[ModbusTcpServer | ModbusSerialServer]()

    async def serve() -> None:
        made.append(make())
        await made[0].serve_forever(background=True)

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        shutdown = made[0].shutdown()  # type: ignore[no-untyped-call]
        asyncio.run_coroutine_threadsafe(shutdown, loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def port() -> Iterator[int]:
    chosen = free_port()
    with serving(lambda: ModbusTcpServer(DEVICE, address=("127.0.0.1", chosen))):
        yield chosen


def asked(settings: Settings) -> list[tuple[float | None, str | None]]:
    client = modbus._client(settings)
    try:
        return [(one.value, one.missing) for one in modbus.ask_all(client, settings)]
    finally:
        client.close()  # type: ignore[no-untyped-call]


def over_tcp(port: int, *registers: Register) -> Settings:
    return Settings(every_s=1, registers=registers, host="127.0.0.1", port=port, timeout_s=10, retries=0)


def test_types_and_scale_are_those_of_the_registers(port: int) -> None:
    """Signed and unsigned, one word and two, both tables."""
    found = asked(
        over_tcp(
            port,
            Register(BATTERY, 3, 0, scale=0.01),
            Register(POND, 3, 1, type="int16", offset=340.0),
            Register(BARO, 3, 2, table="input", type="float32"),
            Register("n01:rain.rain", 3, 6, type="uint32", scale=0.001),
        )
    )

    assert [value for value, _ in found] == [pytest.approx(12.34), 328.0, 960.75, 70.0]
    assert [missing for _, missing in found] == [None] * 4


def test_what_is_no_reading_is_missing_with_a_reason(port: int) -> None:
    """NaN, a product beyond all numbers, the value that the manual gives for a fault, an address that is not there."""
    found = asked(
        over_tcp(
            port,
            Register(BARO, 3, 4, type="float32"),
            Register(POND, 3, 1, type="int16", missing=(-12.0,)),
            Register("n01:rain.rain", 3, 900),
            Register("n01:rain.count", 3, 8, type="float64", scale=10.0),
            Register(BATTERY, 3, 0),
        )
    )

    reasons = ["not-a-number", "device-says-missing", "exception-2", "not-a-number", None]
    assert [missing for _, missing in found] == reasons
    assert [value for value, _ in found] == [None, None, None, None, 1234.0]


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_a_word_for_no_reading_is_known_as_32_bits_have_it(port: int, scale: float) -> None:
    """-9999.9 of a manual comes as -9999.900390625 (IEEE 754), which is no reading all the same."""
    register = Register(POND, 3, 12, type="float32", missing=(-9999.9, 1e300), scale=scale)

    assert asked(over_tcp(port, register)) == [(None, "device-says-missing")]


def test_a_host_that_is_not_there_is_missing() -> None:
    """Every reading of it, at once."""
    found = asked(over_tcp(free_port(), Register(BATTERY, 3, 0), Register(BARO, 3, 2, type="float32")))

    assert found == [(None, "no-connection")] * 2


@pytest.fixture
def cable() -> Iterator[Cable]:
    made = Cable()
    with serving(lambda: ModbusSerialServer(DEVICE, port=made.device, baudrate=9600)):
        yield made
    made.close()


def over_serial(cable: Cable, echoes: bool = False, timeout_s: float = 10) -> Settings:
    registers = (Register(BATTERY, 3, 0),)
    return Settings(1, registers, serial=cable.agent, timeout_s=timeout_s, retries=0, echoes=echoes)


def test_a_serial_line_gives_the_same(cable: Cable) -> None:
    """RTU over a pseudo-terminal."""
    assert asked(over_serial(cable)) == [(1234.0, None)]


@pytest.mark.parametrize(
    "answer",
    [
        lambda said: b"",
        lambda said: said[:-1] + bytes([said[-1] ^ 1]),
        lambda said: said[:-3],
        lambda said: bytes([4]) + said[1:],
        lambda said: b"\xff\x00\x55" * 5,
        lambda said: said[:3] + bytes([said[3] ^ 0x40]) + said[4:],
    ],
    ids=["silent", "wrong CRC", "cut short", "another unit", "noise", "flipped bit"],
)
def test_a_disturbed_line_is_missing_and_never_a_value(cable: Cable, answer: Callable[[bytes], bytes]) -> None:
    """And the next poll of a quiet line is right."""
    cable.answer = answer
    assert asked(over_serial(cable, timeout_s=0.3)) == [(None, "no-answer")]

    cable.answer = lambda said: said

    assert asked(over_serial(cable)) == [(1234.0, None)]


@pytest.mark.parametrize("retries", [0, 1])
def test_an_answer_that_comes_late_is_nobodys(cable: Cable, retries: int) -> None:
    """On a serial line nothing says which question an answer belongs to: after the timeout it is not taken, neither for
    its own register nor for the next one, which has another value."""
    registers = (Register(BATTERY, 3, 0), Register(POND, 3, 1, type="int16"), Register(BATTERY, 3, 0))
    settings = Settings(1, registers, serial=cable.agent, timeout_s=1.0, retries=retries)
    cable.late_s = 1.3
    assert asked(settings) == [(None, "no-answer")] * 3

    cable.late_s, settings = 0.0, msgspec.structs.replace(settings, timeout_s=10)

    assert asked(settings) == [(1234.0, None), (-12.0, None), (1234.0, None)]


def test_an_adapter_that_echoes_is_read_when_it_is_said(cable: Cable) -> None:
    """Without the setting an echo is no answer."""
    cable.echoes = True

    assert asked(over_serial(cable, echoes=True)) == [(1234.0, None)]
    assert asked(over_serial(cable, timeout_s=0.3))[0][0] in (None, 1234.0)


def test_polls_become_deliveries_with_their_faults(port: int) -> None:
    """One delivery a node and poll; the fault names unit, table and address."""
    now = iter(range(RECEIVED_MS, RECEIVED_MS + 10**9, 500))
    settings = over_tcp(port, Register(BATTERY, 3, 0), Register("n07:battery.voltage", 3, 900))
    receiver = modbus.open(settings, place(Log(), now_ms=lambda: next(now)))

    first, second = taken(receiver, 2)[:2]

    receiver.close()
    assert (first.node, first.readings[0].value, first.faults) == ("n01", 1234.0, ())
    assert (second.node, second.readings[0].missing) == ("n07", "exception-2")
    assert second.faults == (("battery", "Modbus unit 3, holding 900: exception 2"),)


def test_the_whole_agent_polls(world: World, port: int) -> None:
    """The value reaches the centre in its datastream's unit, judged, without a pack record."""
    centre = world.centre()
    register = Register(BARO, 3, 2, type="float32", scale=0.1, unit="kPa")
    with world.agent(receivers=(over_tcp(port, register),)):
        wait_until(lambda: centre.observations(), "an observation")
    centre.close()

    rows = {(row.name, round(row.value or 0, 9), row.quality) for row in centre.observations().values()}
    assert rows == {(BARO, 960.75, 1)}
    assert centre.packs() == set()
