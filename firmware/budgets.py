"""Budgets: what the firmware needs of flash and heap, measured, for firmware/budgets.json.

python -m firmware.budgets        builds all boards and runs one cycle on the VM; exit code 1 where a budget is over
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from firmware.build import BOARDS, MOST_BYTES, ROOT, build
from firmware.node import drivers

HEAP: Final = "heapsize=64wk"
RESULT: Final = ROOT / "firmware" / "budgets.json"
UNREACHABLE_PORT: Final = 1
IDENTITY: Final = {
    "facility": "vale",
    "node": "n07",
    "host": "127.0.0.1",
    "port": UNREACHABLE_PORT,
    "password": "none",
    "journal": True,
    "cycles": 1,
}
QUANTITIES: Final = {
    "vw_piezometer": {"frequency": 2800.0, "thermistor": 3000.0},
    "battery": {"voltage": 13.0},
    "barometer": {"pressure": 961.0},
    "rain_gauge": {"count": 17.0},
    "current_loop": {"current": 12.0},
    "tilt_meter": {"tilt": 0.1, "tilt-b": 0.2, "temperature": 12.0},
    "water_quality": {"ph": 3.1, "conductivity": 2210.0, "temperature": 13.1},
    "inclinometer_chain": {f"tilt-{number}": 0.1 for number in range(1, 9)},
}
"""What each kind of instrument sees."""
FASTER: Final = {"vw_piezometer": {"sweep_ms": 10}}
SUPPLIED: Final = {"current_loop": {"rail": "field12"}}
"""What has no reading without the node's 12 V; on SDI-12 the bus itself has them switched on."""
USUAL: Final = ("vw_piezometer", "battery")


def heap(built: Path, kinds: Sequence[str]) -> dict[str, int]:
    """Bytes of the VM's heap and of its free part after a cycle with instruments of these drivers, collected."""
    ids = [f"i{number}" for number in range(len(kinds))]
    instruments = [
        {"id": id, "driver": kind, **FASTER.get(kind, {}), **SUPPLIED.get(kind, {})}
        for id, kind in zip(ids, kinds, strict=True)
    ]
    channels = {
        f"{id}.{name}": value for id, kind in zip(ids, kinds, strict=True) for name, value in QUANTITIES[kind].items()
    }
    configuration = {"interval_s": 0.05, "instruments": instruments}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "node.json").write_text(json.dumps({**IDENTITY, "configuration": configuration}))
        (folder / "sim.json").write_text(json.dumps({"channels": channels}))
        command = ["micropython", "-X", HEAP, str(built / "main.py"), name]
        subprocess.run(command, check=True, timeout=60, capture_output=True)
        lines = (folder / "produced.log").read_text().splitlines()
    free, total = next(line.split()[1:] for line in lines if line.startswith("H "))
    return {"total_bytes": int(total), "free_bytes": int(free)}


def heap_parts(built: Path) -> dict[str, object]:
    """What the node itself, each bus, and the first and each further instrument of a driver take of the heap."""

    def used(*kinds: str) -> int:
        found = heap(built, kinds)
        return found["total_bytes"] - found["free_bytes"]

    buses = {kind: str(drivers.load(kind).BUS) for kind in QUANTITIES}
    alone = {kind: used(kind) for kind in QUANTITIES}
    further = {kind: used(kind, kind) - alone[kind] for kind in QUANTITIES}
    base = alone["battery"] - (used(*USUAL) - alone["vw_piezometer"])
    first, bus = {}, {}
    for kind in QUANTITIES:
        other = next((one for one in QUANTITIES if one != kind and buses[one] == buses[kind]), None)
        first[kind] = alone[kind] - base if other is None else used(other, kind) - alone[other]
        bus[buses[kind]] = alone[kind] - base - first[kind]
    return {"base": base, "buses": buses, "bus": bus, "first": first, "further": further}


def measure() -> dict[str, object]:
    """All budgets: bytes of .mpy a board, and the heap on the VM (with the simulated hardware in it)."""
    flash: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        for board in BOARDS:
            flash[board] = int(str(build(Path(name) / board, board)["total_bytes"]))
        vm, parts = heap(Path(name) / "unix", USUAL), heap_parts(Path(name) / "unix")
    return {
        "most_mpy_bytes": MOST_BYTES,
        "mpy_bytes": flash,
        "vm_heap_option": HEAP,
        "vm_heap": vm,
        "vm_heap_parts": parts,
    }


def main() -> int:
    """Measures, writes firmware/budgets.json and prints it."""
    found = measure()
    RESULT.write_text(json.dumps(found, indent=1) + "\n")
    print(RESULT.read_text(), end="")
    flash = found["mpy_bytes"]
    assert isinstance(flash, dict)
    return 0 if max(flash.values()) <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
