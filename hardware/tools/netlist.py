"""The netlist that KiCad makes of a schematic, and what must be true of it: pins of the processor, supplies, links.

The netlist is compared with hardware/pins/*.toml, which the firmware's board modules are generated from, so that a pin
cannot be moved on one side alone.
"""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hardware.tools import kicad, pins
from hardware.tools.design import Design

UNCONNECTED: Final = "unconnected-"
GPIO: Final = re.compile(r"\bIO(\d+)\b")
# Net of a pin whose function the processor fixes; a signal of the map there is a fault. Secondary, as in pins/*.toml.
GUARDED: Final = {
    "esp32s3": {0: "BOOT", 3: "", 19: "USB_DM", 20: "USB_DP", 43: "CONSOLE_TX", 44: "CONSOLE_RX", 45: "", 46: ""}
}
NAMED: Final = {"USB_D-": 19, "USB_D+": 20, "TXD0": 43, "RXD0": 44}


class Node(NamedTuple):
    """One pin on a net."""

    reference: str
    number: str
    name: str
    kind: str


Netlist = dict[str, list[Node]]


def of_schematic(schematic: Path) -> Netlist:
    """The netlist that KiCad makes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "netlist.xml"
        kicad.run("sch", "export", "netlist", "--format", "kicadxml", "-o", path, schematic)
        return parse(path.read_text())


def parse(text: str) -> Netlist:
    """Nets by name, without the path of a sheet."""
    found: Netlist = {}
    for net in ElementTree.fromstring(text).iter("net"):
        nodes = [
            Node(one.get("ref", ""), one.get("pin", ""), one.get("pinfunction", ""), one.get("pintype", ""))
            for one in net.iter("node")
        ]
        found[net.get("name", "").rpartition("/")[2]] = nodes
    return found


def gpio_nets(netlist: Netlist, processor: str) -> dict[int, str]:
    """Net by GPIO of the processor; "" for a pin that is left open."""
    found = {}
    for name, nodes in netlist.items():
        for node in nodes:
            match = GPIO.search(node.name)
            number = int(match[1]) if match else NAMED.get(node.name)
            if node.reference == processor and number is not None:
                found[number] = "" if name.startswith(UNCONNECTED) else name
    return found


def pin_faults(netlist: Netlist, design: Design, pin_map: pins.PinMap) -> list[str]:
    """Where firmware and board differ; where a strapping, USB or console pin has another net than its own."""
    hardware = gpio_nets(netlist, design.processor)
    software = {place.gpio: signal.upper() for signal, place in pin_map.pins.items()}
    guarded = GUARDED[pin_map.board]
    faults = [
        f"GPIO{number}: firmware {software[number]}, board {hardware.get(number) or 'open'}"
        for number in sorted(software)
        if hardware.get(number) != software[number]
    ]
    faults += [
        f"GPIO{number}: {hardware[number] or 'open'} on the board, must be {guarded.get(number) or 'open'}"
        for number in sorted(set(hardware) - set(software))
        if hardware[number] != guarded.get(number, "")
    ]
    return faults + [f"GPIO{number} is guarded and has a signal" for number in sorted(set(software) & set(guarded))]


def design_faults(netlist: Netlist, design: Design) -> list[str]:
    """Where KiCad's netlist and node.toml differ: a second way from the design to the nets."""
    from hardware.tools.schematic import net_of
    from hardware.tools.symbols import symbol

    drawn = {(one.reference, one.number): name for name, nodes in netlist.items() for one in nodes}
    faults = []
    for part in design.parts.values():
        for pin in symbol(part.item.symbol).pins:
            wanted, found = net_of(part, pin), drawn.get((part.reference, pin.number), UNCONNECTED)
            if wanted == "NC":
                found, wanted = found[: len(UNCONNECTED)], UNCONNECTED
            if found != wanted and pin.kind != "no_connect":
                faults.append(f"{part.reference} pin {pin.number}: {wanted} in node.toml, {found} in the netlist")
    return faults + lonely(netlist)


def lonely(netlist: Netlist) -> list[str]:
    """Nets with one pin: a name that was misspelt."""
    return [
        f"{name} has one pin: {nodes[0].reference} {nodes[0].number}"
        for name, nodes in netlist.items()
        if len(nodes) == 1 and not name.startswith(UNCONNECTED)
    ]


def supply_faults(netlist: Netlist, design: Design) -> list[str]:
    """Power pins on a net that nothing gives, and supplies whose part is not on their net.

    A flag in the drawing silences KiCad: whether its part is still there is asked here.
    """
    faults = [
        f"{part} is to give {net} and is not on it"
        for net, part in design.supplies.items()
        if not any(node.reference == part for node in netlist.get(net, ()))
    ]
    for name, nodes in netlist.items():
        takes = [one for one in nodes if one.kind.startswith("power_in")]
        if takes and name not in design.supplies and not any(one.kind.startswith("power_out") for one in nodes):
            faults.append(f"{takes[0].reference} pin {takes[0].number}: no supply on {name}")
    return faults


def link_faults(boards: dict[str, Netlist], ends: dict[str, str], idle: frozenset[str]) -> list[str]:
    """Ways of the flat cable whose two ends are different nets; `idle` are nets that one board may leave open."""
    ways: dict[str, set[str]] = {}
    for board, netlist in boards.items():
        for name, nodes in netlist.items():
            for node in nodes:
                if node.reference == ends[board] and not name.startswith(UNCONNECTED):
                    ways.setdefault(node.number, set()).add(name)
    differing = [f"way {way}: {sorted(names)}" for way, names in sorted(ways.items()) if len(names) > 1]
    single = [next(iter(ways[way])) for way in ways if not all(_has(net, ends[b], way) for b, net in boards.items())]
    return differing + [f"{name} ends at one board" for name in single if name not in idle]


def _has(netlist: Netlist, reference: str, number: str) -> bool:
    return any(
        node.reference == reference and node.number == number
        for name, nodes in netlist.items()
        for node in nodes
        if not name.startswith(UNCONNECTED)
    )
