"""Journal of a node on the VM: what it made, kept, dropped and voided, line by line, to compare with what was stored.

    seq name value time_ms       about to be kept; value as in the pack, time_ms is Unix, or @boot:uptime_ms before that
    D seq                        on flash
    X first last                 dropped for want of room
    V seq reason                 a void pack is sent in its place
    T boot offset_ms             the first time of this boot: Unix ms = uptime_ms + offset_ms
    H free_bytes heap_bytes      heap after a collection, at every 16th pack

A process that is killed between a value and its D may or may not have kept that pack; the
last value of a (seq, name) is the one that counts. The unix port writes at once, so no line waits in a buffer.
"""

import gc

from firmware.node.board import Journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.node.pack import Reading

_HEAP_EVERY = 16


class FileJournal(Journal):
    """Appends to `path`."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "a")

    def made(self, seq: int, readings: "list[Reading]", boot: int, time_ms: int, is_unix: bool) -> None:
        when = str(time_ms) if is_unix else "@%d:%d" % (boot, time_ms)
        for reading in readings:
            self._file.write("%d %s %s %s\n" % (seq, reading.name, reading.value_text(), when))

    def kept(self, seq: int) -> None:
        self._line("D %d\n" % seq)
        if seq % _HEAP_EVERY == 0:
            gc.collect()
            self._line("H %d %d\n" % (gc.mem_free(), gc.mem_free() + gc.mem_alloc()))

    def dropped(self, first: int, last: int) -> None:
        self._line("X %d %d\n" % (first, last))

    def void(self, seq: int, reason: str) -> None:
        self._line("V %d %s\n" % (seq, reason))

    def timed(self, boot: int, offset_ms: int) -> None:
        self._line("T %d %d\n" % (boot, offset_ms))

    def _line(self, line: str) -> None:
        self._file.write(line)
