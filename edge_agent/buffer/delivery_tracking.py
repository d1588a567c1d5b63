"""Custody: which packs of which chapter the agent has, so that a repeat is stored once and a mark is true.

Every answer comes from the chapters in the buffer (a bounded part of them is held in memory); what a group changed is
handed out by `settle` and stored in the same transaction as the group's data.
"""

import json
from typing import Final

import msgspec

from edge_agent.buffer.buffer import Buffer, ChapterRow, PackCrc
from edge_agent.receive.marks import Mark
from edge_agent.receive.unpack import Unpacked
from wire import BadPack, chapter

MAX_CACHED: Final = 1024
CRC_PACKS: Final = 256  # of a chapter: repeats come out of a window of 64 packs that may be sent a few times

Key = tuple[str, str]


class Settled(msgspec.Struct, frozen=True):
    """What one group changed in the chapters, the running totals of repeats, and the marks that are true then."""

    chapters: tuple[ChapterRow, ...]
    crcs: tuple[PackCrc, ...]
    repeats: dict[str, int]
    marks: tuple[Mark, ...]


class Custody:
    """The chapters of all nodes, as this agent knows them."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._chapters: dict[Key, chapter.Chapter] = {}
        self._touched: dict[Key, chapter.Chapter] = {}
        self._crcs: dict[tuple[str, str, int], int] = {}
        self._repeats: dict[str, int] = {}

    def enter(self, pack: Unpacked) -> bool:
        """Account for a pack that has a head; True when it must be stored, False for a repeat.

        Raises BadPack when it cannot be accounted for (nothing is changed), or when a repeat says something else
        than the pack that is stored ("content-differs": the first stays, the repeat is counted).
        """
        head, node = pack.head, pack.delivery.node
        if head is None:
            raise ValueError("a pack without a head has no place in a chapter")
        key = (node, head.epoch)
        found = self._find(key)
        if found is None:
            found = chapter.Chapter.begin(head.seq, head.kept, pack.is_void, pack.dropped)
            answer = chapter.NEW
        else:
            answer = found.receive(head.seq, head.kept, pack.is_void, pack.dropped)
        self._touched[key] = self._chapters[key] = found
        if answer != chapter.DUPLICATE:
            if pack.crc is not None:
                self._crcs[(*key, head.seq)] = pack.crc
            return True
        self._repeats[node] = self._repeats.get(node, self._buffer.repeats(node)) + 1
        self._compare((*key, head.seq), pack)
        return False

    def settle(self) -> Settled:
        """Hand out what changed since the last time; the caller stores it before anything else is entered."""
        chapters, marks = [], []
        for (node, epoch), found in self._touched.items():
            chapters.append(ChapterRow(node, epoch, json.dumps(found.state(), separators=(",", ":"))))
            marks.append(Mark(node, epoch, found.through))
        crcs = tuple(
            PackCrc(node, epoch, seq, crc, self._touched[node, epoch].high - CRC_PACKS)
            for (node, epoch, seq), crc in self._crcs.items()
        )
        settled = Settled(tuple(chapters), crcs, dict(self._repeats), tuple(marks))
        self._touched, self._crcs, self._repeats = {}, {}, {}
        if len(self._chapters) > MAX_CACHED:
            self._chapters.clear()
        return settled

    def _find(self, key: Key) -> chapter.Chapter | None:
        found = self._chapters.get(key)
        if found is None:
            state = self._buffer.chapter(*key)
            found = None if state is None else chapter.Chapter.from_state(json.loads(state))
        return found

    def _compare(self, key: tuple[str, str, int], pack: Unpacked) -> None:
        stored = self._crcs.get(key)
        if stored is None:
            stored = self._buffer.pack_crc(*key)
        if pack.crc is None or stored is None or pack.is_void or stored == pack.crc:
            return
        self._crcs[key] = pack.crc  # the same difference is told once, not with every repeat
        raise BadPack("seq", "content-differs", str(key[2]))


def newest_marks(buffer: Buffer) -> list[Mark]:
    """The mark of the newest chapter of every node, as stored."""
    return [
        Mark(row.node, row.epoch, chapter.Chapter.from_state(json.loads(row.state)).through)
        for row in buffer.newest_chapters()
    ]
