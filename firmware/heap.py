"""Heap: what the instruments of a node need of the memory of a small board, by the parts measured on the VM.

A sum: the node itself, each kind of instrument with its bus, each further instrument of a kind, and room to work: a
pack that is made and sent stands in memory up to three times. `python -m firmware.budgets` measures the parts. The room
was found by making the heap smaller until a node that talks to a broker failed (2026-12-01): one channel runs with 56wk
and not with 55wk, which its start needs, not its sending; 21 channels run with 62wk, but lose their link under load now
and then, and not with 61wk. What is in the heap when a pack is sent is never the same twice, so a step is kept in hand.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

BUDGETS: Final = Path(__file__).with_name("budgets.json")
ROOM_BYTES: Final = 5600
ROOM_BYTES_A_CHANNEL: Final = 160

Instruments = Sequence[tuple[str, int]]
"""Driver and number of channels of each."""


class Parts:
    """The measured parts, bytes: `base`; `buses` by name; `first` instrument of a driver, and each `further` one."""

    def __init__(self, table: dict[str, dict[str, int]], buses: dict[str, str], base: int) -> None:
        self._table, self._buses, self._base = table, buses, base

    def used_bytes(self, instruments: Instruments) -> int:
        """What stays in use after a cycle, as a collection leaves it."""
        used, seen = self._base, set[str]()
        for driver, _ in instruments:
            bus = self._buses[driver]
            used += self._table["further" if driver in seen else "first"][driver]
            used += 0 if bus in seen else self._table["bus"][bus]
            seen |= {driver, bus}
        return used

    def needed_bytes(self, instruments: Instruments) -> int:
        """What the node needs to work; instruments without a driver of ours count nothing."""
        known = [one for one in instruments if one[0] in self._buses]
        return self.used_bytes(known) + ROOM_BYTES + ROOM_BYTES_A_CHANNEL * sum(count for _, count in known)


def measured() -> tuple[Parts, int]:
    """The parts as measured last, and how many bytes of heap a small board has."""
    found = json.loads(BUDGETS.read_text())
    parts = found["vm_heap_parts"]
    table = {key: parts[key] for key in ("bus", "first", "further")}
    return Parts(table, parts["buses"], parts["base"]), found["vm_heap"]["total_bytes"]
