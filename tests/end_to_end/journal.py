"""The journal of a node on the VM, read back: what the firmware says it made, by seq (format: firmware/doubles)."""

import json
from pathlib import Path
from typing import NamedTuple


class Reading(NamedTuple):
    """One reading of a pack: `value` is None when the read failed; `time_ms` is None when its time was never known."""

    name: str
    value: float | None
    time_ms: int | None


class Journal(NamedTuple):
    """`made`: readings by seq; `kept`: seqs that are certainly on flash; `dropped` and `voided`: seqs given up."""

    made: dict[int, list[Reading]]
    kept: set[int]
    dropped: set[int]
    voided: set[int]


def read(file: Path) -> Journal:
    """Read a journal without the line that a kill tore; the last value of a (seq, name) is the one that counts."""
    lines = [line.split() for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]
    offsets = {int(line[1]): int(line[2]) for line in lines if line[0] == "T"}
    made: dict[int, dict[str, Reading]] = {}
    journal = Journal({}, set(), set(), set())
    for kind, *rest in lines:
        if kind == "D":
            journal.kept.add(int(rest[0]))
        elif kind == "X":
            journal.dropped.update(range(int(rest[0]), int(rest[1]) + 1))
        elif kind == "V":
            journal.voided.add(int(rest[0]))
        elif kind.isdigit():
            name, value, when = rest
            made.setdefault(int(kind), {})[name] = _reading(name, value, when, offsets)
    journal.made.update({seq: list(readings.values()) for seq, readings in made.items()})
    return journal


def _reading(name: str, value: str, when: str, offsets: dict[int, int]) -> Reading:
    result = None if value.startswith("missing:") else float(json.loads(value))
    if not when.startswith("@"):
        return Reading(name, result, int(when))
    boot, uptime_ms = map(int, when[1:].split(":"))
    return Reading(name, result, uptime_ms + offsets[boot] if boot in offsets else None)
