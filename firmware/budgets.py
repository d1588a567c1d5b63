"""Budgets: what the firmware needs of flash and heap, measured, for firmware/budgets.json.

python -m firmware.budgets        builds all boards and runs one cycle on the VM; exit code 1 where a budget is over
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from firmware.build import BOARDS, MOST_BYTES, ROOT, build

HEAP: Final = "heapsize=64wk"
RESULT: Final = ROOT / "firmware" / "budgets.json"
UNREACHABLE_PORT: Final = 1
IDENTITY: Final = {
    "facility": "vale", "node": "n07", "host": "127.0.0.1", "port": UNREACHABLE_PORT, "password": "none",
    "journal": True, "cycles": 1,
    "configuration": {
        "interval_s": 0.05,
        "instruments": [
            {"id": "vw1", "driver": "vw_piezometer", "sweep_ms": 10},
            {"id": "battery", "driver": "battery"},
        ],
    },
}  # fmt: skip
WORLD: Final = {"channels": {"vw1.frequency": 2800.0, "vw1.thermistor": 3000.0, "battery.voltage": 13.0}}


def heap(built: Path) -> dict[str, int]:
    """Bytes of the VM's heap and of its free part after a cycle with a piezometer and a battery, collected."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "node.json").write_text(json.dumps(IDENTITY))
        (folder / "sim.json").write_text(json.dumps(WORLD))
        command = ["micropython", "-X", HEAP, str(built / "main.py"), name]
        subprocess.run(command, check=True, timeout=60, capture_output=True)
        lines = (folder / "produced.log").read_text().splitlines()
    free, total = next(line.split()[1:] for line in lines if line.startswith("H "))
    return {"total_bytes": int(total), "free_bytes": int(free)}


def measure() -> dict[str, object]:
    """All budgets: bytes of .mpy a board, and the heap on the VM (with the simulated hardware in it)."""
    flash: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        for board in BOARDS:
            flash[board] = int(str(build(Path(name) / board, board)["total_bytes"]))
        vm = heap(Path(name) / "unix")
    return {"most_mpy_bytes": MOST_BYTES, "mpy_bytes": flash, "vm_heap_option": HEAP, "vm_heap": vm}


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
