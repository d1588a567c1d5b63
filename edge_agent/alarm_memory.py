"""What the alarm remembers of a plan between two groups and over a restart, as JSON in the buffer."""

from typing import Any

import msgspec

from tailings import tarp
from tailings.facility import Plan


class Remembered(msgspec.Struct, frozen=True):
    """The memory of the tests, the level of the newest values (not latched), and the newest row of each datastream."""

    memory: tarp.Memory = tarp.Memory()
    level: int = 0
    seen_ms: dict[str, int] = {}


def encode(known: Remembered, plan: Plan) -> str:
    """As JSON, with a mark of the conditions that it belongs to."""
    plain = {
        "plan": tarp.digest(plan),
        "level": known.level,
        "seen_ms": known.seen_ms,
        "leaves": tarp.to_plain(known.memory),
    }
    return msgspec.json.encode(plain).decode()


def decode(text: str, plan: Plan) -> Remembered:
    """What was remembered; nothing when the conditions are others now, for it says nothing about them."""
    plain: dict[str, Any] = msgspec.json.decode(text)
    if plain["plan"] != tarp.digest(plan):
        return Remembered()
    return Remembered(tarp.from_plain(plain["leaves"]), plain["level"], plain["seen_ms"])
