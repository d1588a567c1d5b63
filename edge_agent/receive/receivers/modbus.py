"""Modbus instruments polled from the gateway, over TCP or a serial line (RTU).

Each register is one request, so that one that the device refuses costs no other. An answer with a wrong CRC, of another
unit, cut short, or late (by up to its timeout again) is no answer. A device says "no reading" by a value of its manual
(`missing`) or by NaN.
Source: Modbus Application Protocol 1.1b3, section 6 (functions 3 and 4) and 7 (exceptions); pymodbus 3.16.
"""

import math
import time
from array import array
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ModbusPDU

from edge_agent.receive.poller import PolledReading, Poller
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.serial_line import Parity

MAX_REGISTERS: Final = 1000
Client = ModbusTcpClient | ModbusSerialClient


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of one device: value = raw * scale + offset, in `unit`."""

    datastream: str
    """The raw datastream that it becomes."""
    unit_id: Annotated[int, msgspec.Meta(ge=1, le=247)]
    """The address of the device on its line (its unit identifier)."""
    address: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    """The address of its first register, counted from 0: register 40001 of a manual is 0."""
    table: Literal["holding", "input"] = "holding"
    """Holding registers (function 3) or input registers (function 4)."""
    type: Literal["int16", "uint16", "int32", "uint32", "float32", "float64"] = "uint16"
    """How the number is written: of 32 bits it takes two registers, of 64 four."""
    word_order: Literal["big", "little"] = "big"
    """Which of its registers comes first: that of the highest bits, or that of the lowest."""
    scale: float = 1.0
    """What the number is multiplied with."""
    offset: float = 0.0
    """What is added then."""
    unit: str | None = None
    """The UCUM unit of the value, where it is not the datastream's."""
    missing: tuple[float, ...] = ()
    """Numbers by which the device says that it has no reading."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="modbus"):
    """One line or host with devices; either `host` or `serial` says where."""

    every_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    """How often all registers are asked for, at round times."""
    registers: tuple[Register, ...]
    """The values."""
    host: str | None = None
    """The device or its converter on the network (Modbus TCP)."""
    port: int = 502
    """Its port."""
    serial: str | None = None
    """Or the serial adapter (Modbus RTU): a name under /dev/serial/by-id."""
    baud: int = 9600
    """The speed of the serial line."""
    parity: Parity = "N"
    """Its parity: none, even or odd."""
    stop_bits: Literal[1, 2] = 1
    """Its stop bits."""
    echoes: bool = False
    """Whether the adapter gives back what is sent."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=30)] = 1.0
    """How long an answer is waited for."""
    retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    """How often a device that has not answered is asked again."""

    def __post_init__(self) -> None:
        if (self.host is None) == (self.serial is None):
            raise ValueError("modbus: give either host or serial")
        if not 0 < len(self.registers) <= MAX_REGISTERS:
            raise ValueError(f"registers: between 1 and {MAX_REGISTERS}")

    def feeds(self) -> dict[str, str]:
        """Place in the device -> datastream."""
        return {f"unit {one.unit_id} {one.table} {one.address}": one.datastream for one in self.registers}

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit of its register, where that is another."""
        return {one.datastream: one.unit for one in self.registers if one.unit is not None}


def open(settings: Settings, place: ReceiverContext) -> Poller:
    """Begin to poll."""
    name = f"modbus {settings.serial or f'{settings.host}:{settings.port}'}"
    return Poller(name, settings.every_s, partial(ask_all, _client(settings), settings), place, settings.said_units())


def ask_all(client: Client, settings: Settings) -> list[PolledReading]:
    """Ask for every register. A unit that has not answered is not asked again in this round."""
    found: list[PolledReading] = []
    silent: set[int] = set()
    for one in settings.registers:
        if client.connected or client.connect():
            is_silent = one.unit_id in silent
            found.append(_missing(one, "no-answer", "not asked") if is_silent else _ask_again(client, one, settings))
            if found[-1].missing == "no-answer":
                silent.add(one.unit_id)
        else:
            text = f"{client.comm_params.host} cannot be opened"
            return found + [_missing(left, "no-connection", text) for left in settings.registers[len(found) :]]
    return found


def _ask_again(client: Client, register: Register, settings: Settings) -> PolledReading:
    """Ask up to so many times as the settings say.

    On a serial line nothing tells which question an answer belongs to. So what comes late is waited for, as long again
    as for an answer, and thrown away with the connection: it must not be taken for the next answer.
    """
    asked = ask(client, register)
    for _ in range(settings.retries):
        if asked.missing != "no-answer":
            break
        _throw_away(client, settings)
        if client.connect():
            asked = ask(client, register)
    if asked.missing == "no-answer":
        _throw_away(client, settings)
    return asked


def _throw_away(client: Client, settings: Settings) -> None:
    if settings.serial is not None:
        time.sleep(settings.timeout_s)
    client.close()  # type: ignore[no-untyped-call]


def ask(client: Client, register: Register) -> PolledReading:
    """Ask for one register; whatever goes wrong is a missing reading."""
    read = client.read_holding_registers if register.table == "holding" else client.read_input_registers
    kind = client.DATATYPE[register.type.upper()]
    try:
        answer = read(register.address, count=kind.value[1], device_id=register.unit_id)
    except ConnectionException as error:
        return _missing(register, "no-connection", str(error))
    except ModbusException:
        return _missing(register, "no-answer", "no valid answer")
    if answer.isError():
        return _missing(register, f"exception-{answer.exception_code}", f"exception {answer.exception_code}")
    return _value(client, register, answer)


def _value(client: Client, register: Register, answer: ModbusPDU) -> PolledReading:
    kind = client.DATATYPE[register.type.upper()]
    if len(answer.registers) != kind.value[1]:
        return _missing(register, "short-answer", f"{len(answer.registers)} registers")
    raw = client.convert_from_registers(answer.registers, kind, register.word_order)
    if not isinstance(raw, int | float):
        return _missing(register, "not-a-number", "the device gives no number")
    if raw in (_as_written(register, one) for one in register.missing):
        return _missing(register, "device-says-missing", f"the device gives {raw}")
    value = raw * register.scale + register.offset
    if not math.isfinite(value):
        return _missing(register, "not-a-number", f"the device gives {raw}")
    return PolledReading(register.datastream, value)


def _as_written(register: Register, number: float) -> float:
    """A number as its registers have it: of -9999.9 a float of 32 bits makes -9999.900390625."""
    return array("f", [number])[0] if register.type == "float32" else number


def _missing(register: Register, reason: str, text: str) -> PolledReading:
    place = f"Modbus unit {register.unit_id}, {register.table} {register.address}"
    return PolledReading(register.datastream, None, reason, f"{place}: {text}"[:200])


def _client(settings: Settings) -> Client:
    if settings.host is not None:
        return ModbusTcpClient(settings.host, port=settings.port, timeout=settings.timeout_s, retries=0)
    return ModbusSerialClient(
        str(Path(settings.serial or "")),
        baudrate=settings.baud,
        parity=settings.parity,
        stopbits=settings.stop_bits,
        timeout=settings.timeout_s,
        retries=0,
        handle_local_echo=settings.echoes,
    )
