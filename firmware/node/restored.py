"""Restored: what a node does whose flash was put back to an older copy. Loaded for that moment alone."""

import binascii
import os

from . import pack
from .outbox import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .clock import Clock
    from .tracking import Tracking


def has_begun_epoch(tracking: "Tracking", through: int, now_ms: int, at_s: object, clock: "Clock") -> bool:
    """Looks at an ack of what was not sent since the start; where it is of other packs, begins another epoch.

    All that is not acknowledged goes on in it, and numbers go on: the lower ones are of the other. It is on flash
    before anything goes out under it, and in the header of the segment that is begun with the pack that tells of it.
    """
    box = tracking.outbox
    if through < box.next_seq and (at_s is None or _has_time(tracking, through, at_s, clock)):
        return False
    box.epoch = binascii.hexlify(os.urandom(4)).decode()
    box.sent = box.oldest_unacked
    box.close()
    tracking.connected()
    tracking.restore([now_ms, 0, 0])
    unix_ms = clock.now_ms(now_ms)
    mode, time_ms = (pack.UPTIME, now_ms) if unix_ms is None else (pack.UNIX, unix_ms)
    told = "flash was put back to an older copy; now epoch " + box.epoch
    box.append(pack.body(mode, clock.boot, time_ms, [], [("outbox", told)]))
    return True


def _has_time(tracking: "Tracking", seq: int, at_s: object, clock: "Clock") -> bool:
    """Whether the pack here has this time; one that cannot be read any more may have had it."""
    try:
        unix_ms = pack.unix_ms(tracking.outbox.read(seq), clock)
    except Unreadable:
        return True
    return unix_ms is not None and unix_ms // 1000 == at_s
