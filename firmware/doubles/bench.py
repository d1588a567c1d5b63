"""The two boards on a bench with the fixture of their bring-up, as sim.json has it under `bench`.

    {"bench": {"battery": 12.8, "thermistor": [1000, 2000, 3010, 4990], "coil": [180, 180, 180, 180],
               "loop": [1000, 2200], "sdi_pulse": 1, "sdi_level": 1, "rs485": 1, "rs485_wire": "a",
               "faults": ["rail-field12"]}}

What each pin reads follows from the schematic (hardware/*/node.toml), not from the firmware; nothing here knows a step
of the bring-up. Faults: rail-instrument, rail-field12 (do not come up), i2c (dead), clock-stopped, adc (dead),
pulse-stuck, deaf-off (Q3 missing), heard-open (R21 missing), u9-a and u9-b (an output of the RS-485 driver is dead),
crash (the processor falls over when its battery is read).
"""

import time

from firmware.boards.unix.pins import CONSTANTS, PINS
from firmware.doubles import simulation
from firmware.doubles.adc_chip import AdcChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

MEMORY, CLOCK = 0x50, 0x52
SUPPLY_V = 3.3
R59_SHARE = 10 / 110
AFTER_SHUNT_OHM = 10 + 15  # R60 and the fuse
levels: "dict[int, int]" = {}  # those of machine.Pin


def has(fault: str) -> bool:
    """Whether something is wrong on purpose."""
    return fault in _of("faults", ())


def is_on(rail: str) -> bool:
    """Whether a rail has come up."""
    return bool(levels.get(PINS["rail_" + rail])) and not has("rail-" + rail)


def field_v() -> float:
    """What the 12 V rail has."""
    return float(_of("battery", 12.8)) - 0.1 if is_on("field12") else 0.0


def level(gpio: int) -> int:
    """What an input reads."""
    name = next(one for one in PINS if PINS[one] == gpio)
    talks = levels.get(PINS["sdi12_de"]) and is_on("field12")
    if name == "pulse":
        by_sdi = _of("sdi_pulse", 0) and talks and levels.get(PINS["sdi12_tx"], 1)
        return 0 if by_sdi or _is_low(_of("rs485_wire", "")) or has("pulse-stuck") else 1
    if name == "sdi12_rx":  # U12 turns the line round; Q3 holds it low while the node talks
        if talks:
            return 1 if not has("deaf-off") else levels.get(PINS["sdi12_tx"], 1)
        return int(not (_of("sdi_level", 0) and field_v() > 9) or has("heard-open"))
    if name == "rs485_rx":
        pair = _of("rs485", 0) if field_v() > 5 else 0  # 1: B above A; -1: the two exchanged
        return int(is_on("instrument") and pair != 1)
    return levels.get(gpio, 1)


def _is_low(terminal: str) -> bool:
    """Whether a terminal of the RS-485 pair holds a contact closed: by U9, else by R37 at B without 12 V."""
    drives = levels.get(PINS["rs485_de"]) and is_on("instrument") and not has("u9-" + terminal)
    if not drives:
        return terminal == "b" and not is_on("field12")
    return terminal == ("b" if levels.get(PINS["rs485_tx"], 1) else "a")


def code(gpio: int) -> int:
    """What the processor's converter reads."""
    if has("crash"):
        raise SystemExit
    volts = float(_of("battery", 12.8)) / CONSTANTS["battery_divider"]
    if gpio != PINS["battery_sense"]:
        volts = SUPPLY_V / 2 if is_on("instrument") else 0.0
    return int(volts / CONSTANTS["adc_reference_v"] * 65535 + 0.5)


def edges(times_us: "array[int]", hz: float, limit_ms: int) -> int:
    """The pluck itself through the receiver: heard where a coil lets its node fall between two pulses."""
    if not hz or not is_on("instrument") or not _of("coil", (0,) * 4)[_selected()]:
        return 0
    count = min(len(times_us), int(limit_ms * hz / 1000))
    for i in range(count):
        times_us[i] = int(i * 1e6 / hz)
    return count


class BenchChip(AdcChip):
    """The converter of the instrument board."""

    def __init__(self, world: "Any") -> None:
        super().__init__(world, _is_alive, CONSTANTS["thermistor_series_ohm"], CONSTANTS["loop_shunt_ohm"])

    def _code(self) -> bytes:
        chosen = self._registers[0] >> 4
        volts = 0.0
        if chosen == 13:
            volts = (SUPPLY_V - 0.022) / 4
        elif chosen == 9:
            volts = field_v() * R59_SHARE
        elif chosen in (10, 11):
            ohm = _of("loop", (0, 0))[chosen - 10]
            volts = field_v() * 75 / (ohm + 75 + AFTER_SHUNT_OHM) if ohm else 0.0
        fraction = volts / 2.048
        if chosen == 8:
            ohm = _of("thermistor", (0,) * 4)[_selected()]
            fraction = (ohm + 10) / (ohm + 10 + 3000) if ohm else 1.0
        found = min((1 << 23) - 1, int(fraction * (1 << 23)))
        return bytes((found >> 16, found >> 8 & 255, found & 255))


class BenchI2C:
    """F-RAM and clock."""

    def __init__(self, number: int, **wiring: object) -> None:
        self._memory = bytearray(16)
        self._stopped_at = 7

    def readfrom_mem(self, address: int, at: int, count: int, addrsize: int = 8) -> bytes:
        """What a register or place holds."""
        self._answers(address)
        if address == MEMORY:
            return bytes(self._memory[at : at + count])
        second = self._stopped_at if has("clock-stopped") else int(time.time()) % 60
        return bytes((second // 10 << 4 | second % 10,))

    def writeto_mem(self, address: int, at: int, data: bytes, addrsize: int = 8) -> None:
        """Writes."""
        self._answers(address)
        self._memory[at : at + len(data)] = data

    def _answers(self, address: int) -> None:
        if has("i2c") or address not in (MEMORY, CLOCK):
            raise OSError(19)


def _is_alive(rail: str) -> bool:
    return is_on(rail) and not has("adc")


def _selected() -> int:
    return (levels.get(PINS["vw_select_0"]) or 0) + 2 * (levels.get(PINS["vw_select_1"]) or 0)


def _of(key: str, default: "Any") -> "Any":
    return (simulation.world.bench() or {}).get(key, default)
