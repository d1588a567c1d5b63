"""Pin maps: reads hardware/pins/*.toml, checks them, and writes the board modules of the firmware from them.

    python -m hardware.tools.pins          writes firmware/boards/*/pins.py

One map is shared by firmware and netlist, so that a pin is moved in one place.
"""

import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
MAPS: Final = ROOT / "hardware" / "pins"
BOARDS: Final = ("esp32s3", "rp2", "unix")
FUNCTIONS: Final = frozenset({"adc", "pwm", "input", "output", "spi", "i2c", "uart"})
KEYS: Final = frozenset({"board", "processor", "revision", "reserved", "gpios", "constants", "buses", "pins"})


class BadPins(Exception):
    """A pin map contradicts itself; the text names file and pin."""


class PinPlace(NamedTuple):
    """Where a named signal is: GPIO number, function of the pin, rail that supplies what hangs on it."""

    gpio: int
    function: str
    rail: str


class PinMap(NamedTuple):
    """One board's pins and the constants of the circuits around them."""

    board: str
    revision: str
    pins: dict[str, PinPlace]
    constants: dict[str, float]
    buses: dict[str, str]

    @property
    def rails(self) -> dict[str, tuple[int, ...]]:
        """The switched rails, each with the GPIOs of what hangs on it."""
        names = sorted(name.removeprefix("rail_") for name in self.pins if name.startswith("rail_"))
        return {rail: tuple(sorted(p.gpio for p in self.pins.values() if p.rail == rail)) for rail in names}


def read(board: str) -> PinMap:
    """The checked pin map of a board; raises BadPins."""
    path = MAPS / f"{board}.toml"
    return parse(path.read_text(), path.name)


def parse(text: str, source: str) -> PinMap:
    """The pin map in `text`; raises BadPins for a pin used twice, reserved, out of range or of no known function."""
    found = tomllib.loads(text)
    if set(found) != KEYS:
        raise BadPins(f"{source}: has {sorted(found)}, needs {sorted(KEYS)}")
    pins = {name: PinPlace(**place) for name, place in found["pins"].items()}
    taken: dict[int, str] = {}
    for name, place in pins.items():
        if place.gpio in found["reserved"]:
            raise BadPins(f"{source}: {name} is on GPIO{place.gpio}, which is reserved")
        if not 0 <= place.gpio < found["gpios"]:
            raise BadPins(f"{source}: {name} is on GPIO{place.gpio}, which the processor has not")
        if place.gpio in taken:
            raise BadPins(f"{source}: {name} and {taken[place.gpio]} are both on GPIO{place.gpio}")
        if place.function not in FUNCTIONS:
            raise BadPins(f"{source}: {name} has the unknown function {place.function!r}")
        taken[place.gpio] = name
    rails = {"3v3"} | {name.removeprefix("rail_") for name in pins if name.startswith("rail_")}
    for name, place in pins.items():
        if place.rail not in rails:
            raise BadPins(f"{source}: {name} hangs on the unknown rail {place.rail!r}")
    for bus, rail in found["buses"].items():
        if rail and rail not in rails - {"3v3"}:
            raise BadPins(f"{source}: bus {bus} needs the rail {rail!r}, which is no switched one of this board")
    return PinMap(
        found["board"],
        found["revision"],
        pins,
        {name: float(value) for name, value in found["constants"].items()},
        dict(found["buses"]),
    )


def module(pin_map: PinMap) -> str:
    """The text of a board's `pins.py`."""
    lines = [
        f'"""Pins of the {pin_map.board} board, generated from hardware/pins/{pin_map.board}.toml: change it there."""',
        "",
        f'REVISION = "{pin_map.revision}"',
        "PINS = {  # name: GPIO; functions stay in the map, a node needs no heap for them",
    ]
    lines += [f'    "{name}": {p.gpio},' for name, p in sorted(pin_map.pins.items())]
    lines += ["}", "CONSTANTS = {"]
    lines += [f'    "{name}": {value!r},' for name, value in sorted(pin_map.constants.items())]
    lines += ["}", "RAILS = {  # switched rail: the GPIOs of what hangs on it, a byte each"]
    lines += [f'    "{name}": b"{_escaped(gpios)}",' for name, gpios in pin_map.rails.items()]
    lines += ["}", "BUSES = {  # bus: the rail of its circuits"]
    lines += [f'    "{name}": "{rail}",' for name, rail in sorted(pin_map.buses.items())]
    return "\n".join([*lines, "}", ""])


def _escaped(gpios: tuple[int, ...]) -> str:
    return "".join(f"\\x{gpio:02x}" for gpio in gpios)


def module_path(board: str) -> Path:
    """Where a board's generated module lies."""
    return ROOT / "firmware" / "boards" / board / "pins.py"


def main() -> int:
    """Writes every board's module."""
    for board in BOARDS:
        module_path(board).write_text(module(read(board)))
        print(f"wrote firmware/boards/{board}/pins.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
