"""A node on the MicroPython VM instead of a board: the firmware as it is shipped, beside what provisioning wrote.

The VM's instruments say what `sim.json` in its folder says, raw and by channel; a person may change it at any time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tailings.facility import Facility
from tailings.plausible import middle_of_range
from tailwatch.secrets import write_private
from tailwatch.site import ROOMS
from tailwatch.supervise import NotStarted

HEAP: Final = "heapsize=64wk"  # about the 64 kB of a 32-bit board (docs/firmware.md)
SIMULATED: Final = "sim.json"
BUILD_WITHIN_S: Final = 120
FIRMWARE: Final = "firmware"


def words(micropython: str, firmware: Path, folder: Path) -> tuple[str, ...]:
    """The command line of a node's VM."""
    return (micropython, "-X", HEAP, str(firmware / "main.py"), str(folder))


def build(out: Path) -> Path:
    """Build the nodes' firmware for the VM into a folder; raise NotStarted with what the compiler said."""
    line = [sys.executable, "-P", "-m", "firmware.build", "--out", str(out)]
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOMS)}
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=BUILD_WITHIN_S, check=False)
    if done.returncode != 0:
        why = done.stderr.strip().rpartition("\n")[2]
        bring = "`make setup` brings the compiler; to an installed wheel, pip install 'tailwatch[build]'"
        raise NotStarted(f"the nodes' firmware could not be built: {why}. {bring}")
    return out


def write(folder: Path, facility: Facility, node: str) -> None:
    """Put beside a node's identity what the VM needs: the firmware, and what the instruments say to begin with.

    A channel begins in the middle of what its datastream's gross range expects, one without such a range with nothing:
    it cannot be read until somebody writes a value for it. What `sim.json` says already is left. Raises NotStarted.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    build(folder / FIRMWARE)
    file = folder / SIMULATED
    if not file.exists():
        write_private(file, json.dumps({"channels": _expected(facility, node)}, indent=1) + "\n")


def _expected(facility: Facility, node: str) -> dict[str, float]:
    found = {}
    for name, one in facility.datastreams.items():
        middle = middle_of_range(one)
        if one.node == node and one.is_raw and middle is not None:
            found[name.partition(":")[2]] = middle
    return found
