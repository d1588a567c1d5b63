"""Birth and state: the two retained documents by which a node says what it is and whether it is awake."""

import json

from wire.protocol import PROTOCOL

VERSION = "0.2.0"
OFFLINE = b'{"state":"offline"}'

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .clock import Clock
    from .configuration import Configuration
    from .outbox import Outbox


def birth(board: "Board", configuration: "Configuration", interval_s: float, boot: int, box: "Outbox") -> bytes:
    """Firmware, board, serial numbers, channels with their unit as measured (UCUM), hash of the configuration."""
    serials = {"board": board.serial()}
    channels = {}
    for instrument in configuration.instruments:
        if instrument.serial:
            serials[instrument.id] = instrument.serial
        for name, unit in instrument.channels():
            channels[name] = unit
    return json.dumps(
        {
            "firmware": VERSION,
            "protocol": PROTOCOL,
            "board": board.NAME,
            "serials": serials,
            "channels": channels,
            "configuration": configuration.hash,
            "interval_s": interval_s,
            "boot": boot,
            "epoch": box.epoch,
        }
    ).encode()


def online(clock: "Clock") -> bytes:
    """Awake, and how well the node knows the time."""
    if not clock.is_set:
        return b'{"state":"online"}'
    return b'{"state":"online","clock_uncertainty_ms":%d}' % clock.uncertainty_ms


def sleeping(until_s: int | None) -> bytes:
    """Asleep until Unix second `until_s`; without a clock nobody knows until when."""
    return b'{"state":"sleeping"}' if until_s is None else b'{"state":"sleeping","until":%d}' % until_s
